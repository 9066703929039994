#!/usr/bin/env python3
"""Ranks this project's meter against measures of intelligibility, on scenes of one's own.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (any rate, the same for both). The music of
each pair is brought to several loudness differences; `underscore check` measures every one, and for
each second that it lists (`segments`) this program computes ESTOI (Jensen and Taal 2016, IEEE/ACM
Trans. Audio Speech Lang. Process. 24, 2009; the PyPI package pystoi) of the dialogue in the mix of
both against the dialogue alone. The mix is mono, scaled to the energy of the music's channels.

The table gives Spearman's rank correlation with ESTOI over all these seconds, and its mean over the loudness
differences (within one, level no longer helps); and that of the figures' means over each scene at each
difference with the means of ESTOI. With --full the music of each pair is also moved by a few steps from
where it is, and the means of each scene at each step are ranked against HASPI (Kates and Arehart 2021) and,
of pairs with `transcript_NN.txt`, against the word errors of a recogniser: that needs the packages of
tests/duck/requirements-full.txt, audio at 48 kHz and half a minute for each.

Usage:
    python tests/science/correlations.py --binary target/release/underscore [--full] FOLDER

Exit status: 0 if the table was made, 1 if the clash agrees less with ESTOI over all seconds than
--least says, 2 if no table could be made.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import soundfile
from pystoi import stoi
from scipy.signal import resample_poly
from scipy.stats import spearmanr

# LU, dialogue over music.
DIFFERENCES_LU = range(-12, 13, 3)
# With --full the music goes down by these, dB.
STEPS_DB = (-12, -6, 0, 6, 12)
# ESTOI is computed at this rate.
ESTOI_HZ = 10_000
# pystoi's answer for a segment with too little speech in it to say anything.
NO_ESTOI = 1e-5
# Figures of a segment, and the sign that makes more of them mean clearer.
FIGURES = {"clash_percent": -1, "sii": 1, "loudness_difference_lu": 1}


def resampled(signal, from_hz, to_hz):
    common = math.gcd(from_hz, to_hz)
    return resample_poly(signal, to_hz // common, from_hz // common)


class Pair:
    def __init__(self, dialogue_path, music_path):
        self.name = dialogue_path.stem.removeprefix("dialogue_")
        self.dialogue_path, self.music_path = dialogue_path, music_path
        self.dialogue, self.rate_hz = soundfile.read(dialogue_path, always_2d=True)
        self.music, music_hz = soundfile.read(music_path, always_2d=True)
        if music_hz != self.rate_hz:
            sys.exit(f"{music_path}: {music_hz} Hz, but its dialogue has {self.rate_hz} Hz")
        length = min(len(self.dialogue), len(self.music))
        self.dialogue = self.dialogue[:length].mean(axis=1)
        self.music = self.music[:length]
        mono = self.music.sum(axis=1)
        self.mono = mono * math.sqrt((self.music**2).sum() / max((mono**2).sum(), 1e-20))

    def report(self, binary, gain, folder):
        """What `underscore check` writes for the music at this gain."""
        music_path, json_path = folder / "music.wav", folder / "report.json"
        soundfile.write(music_path, gain * self.music, self.rate_hz, subtype="FLOAT")
        command = [binary, "check", self.dialogue_path, music_path, "--json", json_path]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{self.dialogue_path}: {done.stderr.strip()}", file=sys.stderr)
            sys.exit(2)
        return json.loads(json_path.read_text())

    def estoi(self, start_s, gain):
        begin = round(start_s * self.rate_hz)
        span = slice(begin, begin + self.rate_hz)
        clean = self.dialogue[span]
        mix = clean + gain * self.mono[span]
        clean, mix = (resampled(x, self.rate_hz, ESTOI_HZ) for x in (clean, mix))
        return stoi(clean, mix, ESTOI_HZ, extended=True)


def rank(pairs):
    """Spearman's correlation; not a number of fewer than three pairs."""
    return spearmanr(*zip(*pairs)).statistic if len(pairs) > 2 else math.nan


class Means:
    """Means of scenes, by figure: pairs of figure and measure, for each measure."""

    def __init__(self):
        self.pairs = {figure: {} for figure in FIGURES}

    def add(self, segments, measure, value):
        for figure, sign in FIGURES.items():
            mean = sign * np.mean([segment[figure] for segment in segments])
            self.pairs[figure].setdefault(measure, []).append((mean, value))

    def columns(self, figure):
        found = self.pairs[figure]
        columns = (rank(found.get(measure, [])) for measure in ("estoi", "haspi", "errors"))
        return " ".join("      -" if math.isnan(it) else f"{it:7.3f}" for it in columns)


def add_full(means, pairs, report):
    """HASPI and word errors of each pair at each step. The measures are those of the duck's table."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "duck"))
    from quality import Quality
    from scene import Scene, Unreadable

    quality = Quality()
    for pair in pairs:
        transcript = pair.dialogue_path.with_name(f"transcript_{pair.name}.txt")
        paths = (pair.dialogue_path, pair.music_path, transcript if transcript.exists() else None)
        try:
            scene = Scene(pair.name, *paths)
        except Unreadable as error:
            print(error, file=sys.stderr)
            sys.exit(2)
        for step_db in STEPS_DB:
            gain = 10 ** (-step_db / 20)
            segments = report(pair, gain)["segments"]
            if segments:
                music = gain * scene.music
                means.add(segments, "haspi", quality.haspi(scene, music))
                if scene.transcript_path:
                    means.add(segments, "errors", quality.word_errors(scene, music))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the command-line tool")
    parser.add_argument("--full", action="store_true", help="HASPI and word errors, too")
    parser.add_argument("--least", type=float, default=-1.0, help="least correlation of the clash, overall")
    parser.add_argument("folder", type=Path, help="pairs dialogue_NN.flac, music_NN.flac")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", module="pystoi")

    names = sorted(path.name.removeprefix("dialogue_") for path in args.folder.glob("dialogue_*.flac"))
    paths = [(args.folder / f"dialogue_{name}", args.folder / f"music_{name}") for name in names]
    paths = [pair for pair in paths if pair[1].exists()]
    if not paths:
        print(f"{args.folder}: no pair dialogue_NN.flac, music_NN.flac", file=sys.stderr)
        return 2

    # By figure: of each loudness difference the pairs of figure and ESTOI.
    seconds = {figure: {lu: [] for lu in DIFFERENCES_LU} for figure in FIGURES}
    means, pairs = Means(), [Pair(*it) for it in paths]
    with tempfile.TemporaryDirectory() as folder:
        report = lambda pair, gain: pair.report(args.binary, gain, Path(folder))
        for pair in pairs:
            as_it_is = report(pair, 1.0)
            for lu in DIFFERENCES_LU:
                gain = 10 ** ((as_it_is["loudness_difference_lu"] - lu) / 20)
                measured = []
                for segment in report(pair, gain)["segments"]:
                    estoi = pair.estoi(segment["start_s"], gain)
                    if estoi > NO_ESTOI:
                        measured.append((segment, estoi))
                        for figure, sign in FIGURES.items():
                            seconds[figure][lu].append((sign * segment[figure], estoi))
                if measured:
                    segments, estoi = zip(*measured)
                    means.add(segments, "estoi", np.mean(estoi))
        if args.full:
            add_full(means, pairs, report)

    num_seconds = sum(len(pairs) for pairs in seconds["sii"].values())
    print(f"{num_seconds} seconds of {len(paths)} scenes at {len(DIFFERENCES_LU)} loudness differences;")
    print(f"{'rank correlation of':24}  seconds: ESTOI            means of scenes:")
    print(f"{'':24}  overall  within (least)    ESTOI   HASPI  word errors")
    agreement = {}
    for figure, by_lu in seconds.items():
        agreement[figure] = rank([it for pairs in by_lu.values() for it in pairs])
        within = [rank(pairs) for pairs in by_lu.values() if len(pairs) > 5]
        mean, least = (np.mean(within), min(within)) if within else (math.nan, math.nan)
        print(
            f"{figure:24}  {agreement[figure]:7.3f}  {mean:6.3f} ({least:.3f})"
            f"  {means.columns(figure)}"
        )
    return 0 if agreement["clash_percent"] >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
