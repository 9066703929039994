#!/usr/bin/env python3
"""Measures the speech detector on soft lines after loud ones, out of the prompts that `recorded.py` fetches.

A reel of each language has thirteen prompts, every other one 20, 26 or 32 dB under those beside it, with
0.7 to 3 s between them; room tone lies 60 dB under the loud ones, under all.

Columns, for each level: *found*, share of the line that is found, pauses up to 200 ms left in, from its first
frame within 25 dB of its own level to its last; mean, and that of the *least* line; *onset*, how late it begins, ms,
median and ninth decile, and the share of those later than 200 ms. `live` is what a display and the duck go
by, `lines` what `underscore check` lists.

Usage:
    python tests/science/soft_lines.py --binary target/release/examples/activity_eval
        --music assets/demo/music.flac --recorded target/recorded-sounds

Exit status: 0 if the table was made or skipped for want of recordings.
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np
import soundfile

import activity
import recorded
from synthetic import gain

SOFTER_DB = [0, 20, 0, 26, 0, 32, 0, 26, 0, 32, 0, 20, 0]
PAUSE_S = (0.7, 3)
ROOM_TONE_DB = -60
# A line begins late if the list begins it so much later.
LATE_S = 0.2


class Found:
    """How much of the lines of one level is found, and how late they begin."""

    def __init__(self):
        self.shares, self.late_s = [], []

    def add(self, is_found, is_spoken, begin):
        spoken = begin + np.flatnonzero(is_spoken)
        self.shares.append(is_found[spoken].mean())
        hits = np.flatnonzero(is_found[spoken[0] : begin + len(is_spoken)])
        self.late_s.append(activity.FRAME_S * hits[0] if len(hits) else np.inf)

    def text(self):
        late_s = np.array(self.late_s)
        median, decile = (1e3 * np.quantile(late_s, q, method="lower") for q in (0.5, 0.9))
        late = f"{median:5.0f} {decile:5.0f} {100 * (late_s > LATE_S).mean():5.0f} %"
        return f"{100 * np.mean(self.shares):6.1f} {100 * min(self.shares):6.1f} {late}"


def reels(folder, seed=1):
    """Dialogue, and the softness, begin (sample) and voice of each line, of every reel."""
    for language_idx, language in enumerate(recorded.LANGUAGES):
        chosen = random.Random(100 * seed + language_idx)
        lines = []
        while len(lines) < len(SOFTER_DB):
            lines += recorded.prompts(folder, language, chosen)
        parts, placed, position = [np.zeros(recorded.RATE_HZ)], [], recorded.RATE_HZ
        for softer_db, line in zip(SOFTER_DB, lines):
            voice = activity.Voice(line, recorded.RATE_HZ)
            pause = np.zeros(round(chosen.uniform(*PAUSE_S) * recorded.RATE_HZ))
            parts += [voice.signal * gain(-softer_db), pause]
            placed.append((softer_db, position, voice))
            position += len(line) + len(pause)
        yield np.concatenate(parts), placed


def print_table(binary, folder, music):
    """Runs the reels and prints a row for each level."""
    kinds = {kind: {softer_db: Found() for softer_db in sorted(set(SOFTER_DB))} for kind in ("live", "lines")}
    for seed, (dialogue, placed) in enumerate(reels(folder)):
        tone = np.random.default_rng(seed).standard_normal(len(dialogue))
        dialogue = dialogue + gain(activity.VOICE_DBFS + ROOM_TONE_DB) * tone
        outcome = activity.heard_over(binary, dialogue, recorded.RATE_HZ, music, gain(activity.VOICE_DBFS))
        for kind, found in kinds.items():
            is_found = activity.frames_of(outcome[kind], round(len(dialogue) / recorded.RATE_HZ / activity.FRAME_S))
            for softer_db, begin, voice in placed:
                is_spoken = np.zeros(voice.num_frames, bool)
                for first, last in activity.merged(activity.stretches(voice.is_word), activity.MAX_PAUSE_S):
                    is_spoken[first:last] = True
                begin_frame = round(begin / recorded.RATE_HZ / activity.FRAME_S)
                found[softer_db].add(is_found, is_spoken, begin_frame)
    columns = " found  least onset  9/10 >200 ms"
    print(f"softer, dB   live: {columns} | lines: {columns}")
    for softer_db in kinds["live"]:
        print(f"{softer_db:10}       {kinds['live'][softer_db].text()} |       {kinds['lines'][softer_db].text()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the example activity_eval")
    parser.add_argument("--music", type=Path, required=True, help="music under the lines, 48 kHz")
    parser.add_argument("--recorded", type=Path, required=True, help="folder for packages with prompts")
    args = parser.parse_args()

    music, music_hz = soundfile.read(args.music, always_2d=True)
    assert music_hz == recorded.RATE_HZ, f"{args.music}: {music_hz} Hz"
    try:
        print_table(args.binary, args.recorded, music.mean(axis=1))
    except recorded.Missing as missing:
        print(f"skipped: soft lines: {missing}; they come from Debian's packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
