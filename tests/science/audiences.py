#!/usr/bin/env python3
"""Ranks what the meter says for listeners with a hearing loss against HASPI with the same audiograms.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` of one rate. The music of each pair is moved by several
steps; `underscore check --audience` judges every one for each listener in silence at the level of near-field monitors,
and this program computes HASPI version 2 (Kates and Arehart 2021, Speech Communication 131, 35; the PyPI package
pyclarity) of the dialogue in the mix of both against the dialogue alone, with the listener's audiogram, at the same
level, of the moments in which somebody speaks. Beside it stands SIIB in its Gaussian form (siib.py), which knows
normal hearing only.

The table gives Spearman's rank correlation of the mean index of each scene at each step with HASPI and SIIB, and
below it that of the index of each line of at least a second with HASPI of that line, in the mixes as they are.

Usage:
    python tests/science/audiences.py --binary target/release/underscore FOLDER

Exit status: 0 if the table was made, 1 if a listener of --least-for agrees less with HASPI than --least says, 2 if no
table could be made.
"""

import argparse
import json
import logging
import math
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly
from scipy.stats import spearmanr

from siib import siib_gauss

# By which the music goes down, dB.
STEPS_DB = (-12, -6, 0, 6, 12)
# Lines that are ranked by themselves are this long, s: HASPI looks at modulations from 4 Hz.
LEAST_LINE_S = 1.0
# HASPI works at this rate.
EAR_HZ = 24_000
# Level of the monitors at -20 dBFS RMS, dB SPL: near field.
MONITOR_DB_SPL = 79.0
SPL_OF_FULL_SCALE_DB = MONITOR_DB_SPL + 20.0
# Frequencies at which HASPI takes thresholds.
HASPI_HZ = np.array([250, 500, 1000, 2000, 4000, 6000])
# Thresholds that HASPI is asked with, dB HL: Bisgaard, Vlaming and Dahlquist 2010, tables 2 and 4; ISO 7029:2000.
AUDIOGRAMS = {
    "normal": [0, 0, 0, 0, 0, 0],
    "N1": [10, 10, 10, 15, 30, 40],
    "N2": [20, 20, 25, 35, 45, 50],
    "N3": [35, 35, 40, 50, 60, 65],
    "N4": [55, 55, 55, 65, 75, 80],
    "S1": [10, 10, 10, 15, 55, 70],
    "S2": [20, 20, 25, 55, 95, 95],
    "age-70": [8.1, 9.5, 10.8, 17.6, 33.8, 40.6],
}


def resampled(signal, from_hz, to_hz):
    common = math.gcd(from_hz, to_hz)
    return resample_poly(signal, to_hz // common, from_hz // common)


def mono_of(channels):
    """One channel of the energy of all."""
    mono = channels.sum(axis=1)
    return mono * math.sqrt((channels**2).sum() / max((mono**2).sum(), 1e-20))


def haspi(clean, mix, thresholds):
    """HASPI of signals at 24 kHz whose full scale is SPL_OF_FULL_SCALE_DB."""
    logging.disable(logging.CRITICAL)
    from clarity.evaluator.haspi import haspi_v2
    from clarity.utils.audiogram import Audiogram

    audiogram = Audiogram(levels=np.array(thresholds, float), frequencies=HASPI_HZ)
    # It adds noise of its own: the same for all.
    np.random.seed(0)
    return float(haspi_v2(clean, EAR_HZ, mix, EAR_HZ, audiogram, level1=SPL_OF_FULL_SCALE_DB)[0])


def heard(arguments):
    """Index of each listener, HASPI of each, and SIIB, of one pair at one step; the first two of each line of the mix as
    it is."""
    binary, dialogue_path, music_path, step_db, listeners = arguments
    dialogue, rate_hz = soundfile.read(dialogue_path, always_2d=True)
    music, _ = soundfile.read(music_path, always_2d=True)
    length = min(len(dialogue), len(music))
    dialogue, music = dialogue[:length], music[:length] * 10 ** (-step_db / 20)
    with tempfile.TemporaryDirectory() as folder:
        moved, list_path = Path(folder) / "music.wav", Path(folder) / "list.json"
        soundfile.write(moved, music, rate_hz, subtype="FLOAT")
        command = [binary, "check", dialogue_path, moved, "--json", list_path]
        command += ["--monitor", str(MONITOR_DB_SPL), "--audience", ",".join(listeners)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            return None
        report = json.loads(list_path.read_text())
    if not report["lines"]:
        return None
    clean = mono_of(dialogue)
    mix = clean + mono_of(music)
    spans = [(line["start_s"], line["end_s"]) for line in report["lines"]]
    parts = [slice(round(start * rate_hz), round(end * rate_hz)) for start, end in spans]
    spoken = [np.concatenate([signal[part] for part in parts]) for signal in (clean, mix)]
    at_ear = [resampled(signal, rate_hz, EAR_HZ) for signal in spoken]
    sii = {it["name"]: it["sii"] for it in report["audiences"]}
    scene = {
        name: (sii[name], haspi(*at_ear, AUDIOGRAMS[name]), siib_gauss(*spoken, rate_hz))
        for name in listeners
    }
    lines = {name: [] for name in listeners}
    for line, part in zip(report["lines"], parts):
        if step_db == 0 and line["end_s"] - line["start_s"] >= LEAST_LINE_S:
            line_at_ear = [resampled(signal[part], rate_hz, EAR_HZ) for signal in (clean, mix)]
            for of in line["audiences"]:
                lines[of["name"]].append((of["sii"], haspi(*line_at_ear, AUDIOGRAMS[of["name"]])))
    return scene, lines


def rank(pairs):
    return spearmanr(*zip(*pairs)).statistic if len(pairs) > 2 else math.nan


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the command-line tool")
    parser.add_argument("--listeners", default=",".join(AUDIOGRAMS), help="which of them")
    parser.add_argument("--steps", default=",".join(map(str, STEPS_DB)), help="by which the music goes down, dB")
    parser.add_argument("--least", type=float, default=-1.0, help="least correlation with HASPI")
    parser.add_argument("--least-for", default="N1,N2,N3", help="for whom")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("folder", type=Path, help="pairs dialogue_NN.flac, music_NN.flac")
    args = parser.parse_args()
    listeners = args.listeners.split(",")
    steps = [float(step) for step in args.steps.split(",")]
    dialogues = sorted(args.folder.glob("dialogue_*.flac"))
    paths = [(it, it.with_name(it.name.replace("dialogue_", "music_"))) for it in dialogues]
    jobs = [
        (args.binary, dialogue, music, step_db, listeners)
        for dialogue, music in paths
        if music.exists()
        for step_db in steps
    ]
    with ProcessPoolExecutor(args.jobs) as pool:
        found = [it for it in pool.map(heard, jobs) if it]
    if len(found) < 3:
        print(f"{args.folder}: less than three scenes in which somebody speaks", file=sys.stderr)
        return 2
    lines = {name: [line for _, of_lines in found for line in of_lines[name]] for name in listeners}
    print(f"\n{len(found)} scenes     HASPI    SIIB   mean SII  mean HASPI   HASPI of {len(lines[listeners[0]])} lines")
    is_low = False
    for name in listeners:
        rows = [scene[name] for scene, _ in found]
        with_haspi = rank([(sii, haspi) for sii, haspi, _ in rows])
        with_siib = rank([(sii, siib) for sii, _, siib in rows])
        means = np.mean(rows, axis=0)
        print(f"{name:12} {with_haspi:7.3f} {with_siib:7.3f}   {means[0]:7.3f}     {means[1]:7.3f}       {rank(lines[name]):7.3f}", flush=True)
        is_low |= name in args.least_for.split(",") and with_haspi < args.least
    return 1 if is_low else 0


if __name__ == "__main__":
    sys.exit(main())
