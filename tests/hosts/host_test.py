"""What the host tests share: the scene, the command line to compare with, and the runner.

A test file lists checks and hands them to `run`. A check is a function of a `Setup`: its
docstring is the promise, it asserts, and returns the figures it measured as one line of text.
"""

import argparse
import dataclasses
import pathlib
import subprocess
import sys
import traceback

import numpy
from pedalboard.io import AudioFile

# Name of every parameter, in any order: names are what a user's automation is read by.
PARAMETERS = [
    "Mode", "Steer", "Amount", "Target", "Max cut", "Attack", "Hold", "Release",
    "Low limit", "High limit", "Trim", "Focus", "Look-ahead", "Bypass",
]


@dataclasses.dataclass
class Setup:
    """What the checks work on. Audio is float32 of shape (2, number of samples)."""

    vst3: str
    cli: str
    work: pathlib.Path
    sample_rate_hz: int
    dialogue: numpy.ndarray
    music: numpy.ndarray

    def ducked_by_command_line(self):
        """The same samples through `underscore duck`, as float32 of the music's shape."""
        self.work.mkdir(parents=True, exist_ok=True)
        paths = [self.work / name for name in ("dialogue.wav", "music.wav", "ducked.wav")]
        for path, audio in zip(paths, (self.dialogue, self.music)):
            write(path, audio, self.sample_rate_hz)
        dialogue, music, ducked = map(str, paths)
        # The plugin is live by default, and looks not ahead.
        live = ["--live", "--look-ahead", "0"]
        subprocess.run([self.cli, "duck", dialogue, music, "-o", ducked, *live], check=True)
        return read(paths[2])[0]


def read(path):
    """Samples as float32 of shape (channels, samples), and the sample rate in Hz."""
    with AudioFile(str(path)) as file:
        return file.read(file.frames), int(file.samplerate)


def write(path, audio, sample_rate_hz):
    """Writes a 32-bit float WAV, and makes sure that it holds these very samples."""
    with AudioFile(str(path), "w", sample_rate_hz, audio.shape[0], bit_depth=32) as file:
        file.write(audio)
    assert same_bits(read(path)[0], audio), f"{path} doesn't hold what was written"


def same_bits(a, b):
    """Whether two float32 arrays are the same to the bit (so 0.0 isn't -0.0)."""
    return a.shape == b.shape and numpy.array_equal(a.view(numpy.uint32), b.view(numpy.uint32))


def contiguous(audio):
    """`audio` as a float32 array whose bits can be viewed."""
    return numpy.ascontiguousarray(audio, dtype=numpy.float32)


def assert_same_bits(output, expected):
    """Names the first sample in which `output` differs from `expected`."""
    output, expected = contiguous(output), contiguous(expected)
    assert output.shape == expected.shape, f"shape {output.shape}, expected {expected.shape}"
    if not same_bits(output, expected):
        different = output.view(numpy.uint32) != expected.view(numpy.uint32)
        sample = int(numpy.argmax(different.any(axis=0)))
        assert False, (
            f"{int(different.sum())} samples differ, first at {sample}: "
            f"{output[:, sample]}, expected {expected[:, sample]}"
        )


def largest_difference(a, b):
    """Largest difference of two arrays, in dBFS; -inf if there is none."""
    difference = float(numpy.abs(a.astype(numpy.float64) - b).max())
    return 20 * numpy.log10(difference) if difference > 0 else -numpy.inf


def assert_parameters(names):
    missing = sorted(set(PARAMETERS) - set(names))
    assert not missing, f"missing {missing}, found {sorted(names)}"


def load_scene(folder):
    """Dialogue and music in stereo, of the music's length, and their sample rate in Hz."""
    dialogue, dialogue_rate_hz = read(folder / "dialogue.flac")
    music, music_rate_hz = read(folder / "music.flac")
    assert dialogue_rate_hz == music_rate_hz, "the scene's files have different sample rates"
    stereo = numpy.zeros_like(music)
    length = min(dialogue.shape[1], music.shape[1])
    stereo[:, :length] = dialogue[:, :length]
    return stereo, music, music_rate_hz


def run(host, checks):
    """Runs `checks`, prints one line for each and a summary, and ends the program."""
    parser = argparse.ArgumentParser()
    for option in ("--vst3", "--cli", "--scene", "--work"):
        parser.add_argument(option, required=True)
    args = parser.parse_args()
    dialogue, music, sample_rate_hz = load_scene(pathlib.Path(args.scene))
    setup = Setup(
        args.vst3, args.cli, pathlib.Path(args.work), sample_rate_hz, dialogue, music
    )

    print(f"\nrunning {len(checks)} checks of the VST3 in {host}")
    num_failed = 0
    for check in checks:
        try:
            outcome = f"ok: {check(setup)}"
        except Exception as error:
            num_failed += 1
            outcome = f"FAILED: {error}"
            if not isinstance(error, AssertionError):
                traceback.print_exc()
        print(f"  {check.__doc__} ... {outcome}", flush=True)
    print(f"{host}: {len(checks) - num_failed} passed, {num_failed} failed", flush=True)
    sys.exit(1 if num_failed else 0)
