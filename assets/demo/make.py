#!/usr/bin/env python3
"""Makes the demo scene: dialogue.flac, music.flac and lines.json beside this script.

Needs numpy, scipy, soundfile and mido from PyPI, the programs espeak-ng and fluidsynth, and the
sound font FluidR3_GM.sf2. `--check` only measures the files that are there.
"""

import argparse
import importlib.util
import json
import shutil
import sys
from pathlib import Path

PACKAGES = ("numpy", "scipy", "soundfile", "mido")
MISSING = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
if MISSING:
    sys.exit(f"make.py needs the Python packages {' '.join(MISSING)}:"
             f" pip install {' '.join(MISSING)}")

import numpy as np
import soundfile as sf

from cue import make_music
from dialogue import make_dialogue
from measure import check_scene, seconds_to_samples

SAMPLE_RATE_HZ = 48_000
DURATION_S = 34.0
SEED = 1770
FADE_IN_S = 0.05
FADE_OUT_S = 1.2
FOLDER = Path(__file__).resolve().parent
DEFAULT_SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")


def fade(samples, fade_in_s, fade_out_s):
    """Raised-cosine fades at both ends."""
    num_in = seconds_to_samples(fade_in_s, SAMPLE_RATE_HZ)
    num_out = seconds_to_samples(fade_out_s, SAMPLE_RATE_HZ)
    gain = np.ones(len(samples))
    gain[:num_in] = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, num_in))
    gain[-num_out:] = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, num_out))
    return (samples.T * gain).T


def write_flac(path, samples, rng):
    """16 bit with triangular dither; the smallest file that the encoder makes."""
    step = 2.0**-15
    dither = (rng.uniform(-0.5, 0.5, samples.shape) + rng.uniform(-0.5, 0.5, samples.shape)) * step
    sf.write(path, samples + dither, SAMPLE_RATE_HZ, subtype="PCM_16", format="FLAC",
             compression_level=1.0)


def make(soundfont):
    """Writes the three files."""
    for program in ("espeak-ng", "fluidsynth"):
        if shutil.which(program) is None:
            sys.exit(f"make.py needs the program {program}: install the system's package of it")
    if not soundfont.is_file():
        sys.exit(f"make.py needs FluidR3_GM.sf2, not found at {soundfont}: give --soundfont")
    # One generator each, so that a change to the music leaves the dialogue as it was.
    rng_dialogue, rng_music = (np.random.default_rng([SEED, idx]) for idx in range(2))
    dialogue, lines = make_dialogue(DURATION_S, SAMPLE_RATE_HZ, rng_dialogue)
    music = make_music(DURATION_S, SAMPLE_RATE_HZ, soundfont, rng_music)
    write_flac(FOLDER / "dialogue.flac", fade(dialogue, FADE_IN_S, FADE_IN_S), rng_dialogue)
    write_flac(FOLDER / "music.flac", fade(music, FADE_IN_S, FADE_OUT_S), rng_music)
    scene = {"sample_rate_hz": SAMPLE_RATE_HZ, "duration_s": DURATION_S, "lines": lines}
    (FOLDER / "lines.json").write_text(json.dumps(scene, indent=2) + "\n", encoding="utf-8")


def check():
    """Measures the three files; gives the number of faults."""
    for name in ("dialogue.flac", "music.flac", "lines.json"):
        if not (FOLDER / name).is_file():
            sys.exit(f"make.py --check needs {name}: make it first, without --check")
    dialogue, _ = sf.read(FOLDER / "dialogue.flac")
    music, _ = sf.read(FOLDER / "music.flac")
    scene = json.loads((FOLDER / "lines.json").read_text(encoding="utf-8"))
    faults = check_scene(dialogue, music, scene["lines"], SAMPLE_RATE_HZ)
    for fault in faults:
        print(fault, file=sys.stderr)
    return len(faults)


def main():
    """Makes and measures the scene, or only measures it; exit code 1 when it has a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only measure the files")
    parser.add_argument("--soundfont", type=Path, default=DEFAULT_SOUNDFONT,
                        help="FluidR3_GM.sf2 (default: %(default)s)")
    arguments = parser.parse_args()
    if not arguments.check:
        make(arguments.soundfont)
    sys.exit(1 if check() else 0)


if __name__ == "__main__":
    main()
