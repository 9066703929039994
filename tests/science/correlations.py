#!/usr/bin/env python3
"""Ranks this project's meter against measures of intelligibility, on scenes of one's own.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (any rate, the same for both). The music of
each pair is brought to several loudness differences; `underscore check` measures every one, and for
each second that it lists (`segments`) this program computes ESTOI (Jensen and Taal 2016, IEEE/ACM
Trans. Audio Speech Lang. Process. 24, 2009; the PyPI package pystoi) of the dialogue in the mix of
both against the dialogue alone. The mix is mono, scaled to the energy of the music's channels.

The table gives Spearman's rank correlation with ESTOI over all segments, and its mean over the loudness
differences (within one, level no longer helps). Where the package pyclarity is installed too (it
brings PyTorch, gigabytes), the means of the scenes are ranked against HASPI (Kates and Arehart 2021).

Usage:
    python tests/science/correlations.py --binary target/release/underscore FOLDER

Exit status: 0 if the table was made, 2 if it couldn't be.
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
        self.dialogue_path = dialogue_path
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

    def haspi(self, haspi, gain, segments):
        """HASPI of the seconds with speech, the dialogue at 70 dB SPL."""
        starts = [round(segment["start_s"] * self.rate_hz) for segment in segments]
        spans = np.concatenate([np.arange(start, start + self.rate_hz) for start in starts])
        clean = self.dialogue[spans]
        mix = clean + gain * self.mono[spans]
        clean, mix = (resampled(x, self.rate_hz, 24_000) for x in (clean, mix))
        return haspi(clean, mix, 1 / math.sqrt((clean**2).mean()))


def haspi_if_installed():
    try:
        from clarity.evaluator.haspi import haspi_v2
        from clarity.utils.audiogram import Audiogram
    except ImportError:
        return None
    frequencies_hz = np.array([250, 500, 1000, 2000, 3000, 4000, 6000, 8000])
    normal = Audiogram(levels=np.zeros(8), frequencies=frequencies_hz)

    def haspi(clean, mix, scale):
        # It adds random noise to the outputs of its ear model.
        np.random.seed(0)
        return haspi_v2(clean * scale, 24_000, mix * scale, 24_000, normal, level1=70)[0]

    return haspi


def rank(pairs):
    return spearmanr(*zip(*pairs)).statistic


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the command-line tool")
    parser.add_argument("folder", type=Path, help="pairs dialogue_NN.flac, music_NN.flac")
    args = parser.parse_args()
    warnings.filterwarnings("ignore", module="pystoi")

    names = sorted(path.name.removeprefix("dialogue_") for path in args.folder.glob("dialogue_*.flac"))
    paths = [(args.folder / f"dialogue_{name}", args.folder / f"music_{name}") for name in names]
    paths = [pair for pair in paths if pair[1].exists()]
    if not paths:
        print(f"{args.folder}: no pair dialogue_NN.flac, music_NN.flac", file=sys.stderr)
        return 2

    haspi = haspi_if_installed()
    # By figure: of each loudness difference the pairs of figure and ESTOI; of each scene, figure and HASPI.
    segments = {figure: {lu: [] for lu in DIFFERENCES_LU} for figure in FIGURES}
    scenes = {figure: [] for figure in FIGURES}
    with tempfile.TemporaryDirectory() as folder:
        for dialogue_path, music_path in paths:
            pair = Pair(dialogue_path, music_path)
            as_it_is = pair.report(args.binary, 1.0, Path(folder))
            for lu in DIFFERENCES_LU:
                gain = 10 ** ((as_it_is["loudness_difference_lu"] - lu) / 20)
                report = pair.report(args.binary, gain, Path(folder))
                for segment in report["segments"]:
                    estoi = pair.estoi(segment["start_s"], gain)
                    if estoi > NO_ESTOI:
                        for figure, sign in FIGURES.items():
                            segments[figure][lu].append((sign * segment[figure], estoi))
                if haspi and lu in (min(DIFFERENCES_LU), 0, max(DIFFERENCES_LU)):
                    value = pair.haspi(haspi, gain, report["segments"])
                    for figure, sign in FIGURES.items():
                        mean = sign * np.mean([it[figure] for it in report["segments"]])
                        scenes[figure].append((mean, value))

    num_segments = sum(len(pairs) for pairs in segments["sii"].values())
    print(f"{num_segments} segments of {len(paths)} scenes at {len(DIFFERENCES_LU)} loudness differences")
    print(f"{'rank correlation with ESTOI of':32} overall  within a difference (least)   HASPI")
    for figure, by_lu in segments.items():
        overall = rank([it for pairs in by_lu.values() for it in pairs])
        within = [rank(pairs) for pairs in by_lu.values() if len(pairs) > 5]
        with_haspi = f"{rank(scenes[figure]):7.3f}" if haspi else "      -"
        print(
            f"{figure:32} {overall:7.3f}  {np.mean(within):7.3f} ({min(within):.3f})"
            f"{'':10}  {with_haspi}"
        )
    if not haspi:
        print("HASPI is left out: it needs the package pyclarity, which brings PyTorch")
    print("word errors of a recogniser are left out: they need its models")
    return 0


if __name__ == "__main__":
    sys.exit(main())
