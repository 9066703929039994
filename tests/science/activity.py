#!/usr/bin/env python3
"""Measures the speech detector on voices of one's own, with what a production track holds mixed in.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (any rate, the same for both), with clean
voices. Every sound is synthesised (`synthetic.py`), from a fixed seed, but for the spill, which is the pair's
music. Levels are RMS re the active level of the voice, or dBFS with the voice brought to -26 dBFS.
A second table has recorded sounds between prompts (`recorded.py`).

A frame of 5 ms is speech where the clean voice (80 Hz to 8 kHz, 20 ms window) is within 35 dB of its
active level, that is, the mean of all frames within 30 dB of the loudest. Pauses up to 200 ms count as
speech (350 ms for lines, which such pauses don't split), bursts under 30 ms don't.

Columns, in per cent and ms: *found*, the share of the speech that is found; *heard*, the same of the
frames that the added sound doesn't hide, in which the voice reaches its level in any of five bands;
*false*, the share of the rest, the 250 ms after each stretch of speech left out; *onset*, how late it
begins after the first frame that isn't hidden, median and ninth decile, and the share of those that are
later than 40 ms; *word*, that share after the first such frame within 25 dB of the voice's active level,
as a soft rumble or breath before a word is in the label, too; *held*, ninth decile of the time after the
last sound. `live` is what a display and the duck go by, `lines` what `underscore check` lists.

The duck's columns are the loudness that it takes from the music where nobody speaks, from 1.6 s after a line (hold
and release are over) to 50 ms before the next, over music as loud as the voice: *cut*, its mean and maximum in
LU, and the share of that time with more than 0.1 LU; and of the lines that are none, how many a minute.

Usage:
    python tests/science/activity.py --binary target/release/examples/activity_eval
        --music assets/demo/music.flac --recorded target/recorded-sounds [FOLDER]

Exit status: 0 if the table was made, 2 if it couldn't be.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

import recorded
from synthetic import Sounds, band, gain, rms, whispered

FRAME_S = 0.005
VOICE_DBFS = -26
# Level of the softest speech, and of the softest that begins a word, dB re the active level.
SPEECH_DB, WORD_DB = -35, -25
MAX_PAUSE_S, MAX_LINE_PAUSE_S = 0.2, 0.35
LEAST_BURST_S = 0.03
GRACE_S = 0.25
# Where nobody speaks: so long after a line, and before the next.
AFTER_LINE_S, BEFORE_LINE_S = 1.6, 0.05
AUDIBLE_LU = 0.1
BANDS_HZ = [(100, 400), (400, 1000), (1000, 2200), (2200, 4000), (4000, 7200)]


def frame_powers(signal, rate_hz):
    """Mean squares of 20 ms every 5 ms."""
    sums = np.concatenate([[0], np.cumsum(signal**2)])
    middles = (np.arange(int(len(signal) / rate_hz / FRAME_S)) + 0.5) * FRAME_S * rate_hz
    begins = np.maximum(middles - 0.01 * rate_hz, 0).astype(int)
    ends = np.minimum(middles + 0.01 * rate_hz, len(signal)).astype(int)
    return (sums[ends] - sums[begins]) / (ends - begins)


def stretches(is_true):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_true.astype(int), [0]])))
    return list(zip(edges[::2], edges[1::2]))


def merged(sounds, max_pause_s):
    """The stretches, in frames, with shorter pauses filled, and bursts dropped."""
    spoken = []
    for begin, end in sounds:
        if spoken and begin - spoken[-1][1] < max_pause_s / FRAME_S:
            spoken[-1] = (spoken[-1][0], end)
        else:
            spoken.append((begin, end))
    return [(begin, end) for begin, end in spoken if end - begin >= LEAST_BURST_S / FRAME_S]


class Voice:
    """A clean voice at VOICE_DBFS, where it speaks (begin and end, frames), and its active RMS."""

    def __init__(self, signal, rate_hz):
        powers = frame_powers(band(signal, rate_hz, 80, 8000), rate_hz)
        active = powers[powers > 1e-3 * powers.max()].mean()
        scale = gain(VOICE_DBFS) / np.sqrt(active)
        self.signal, self.rate_hz, self.active_rms = signal * scale, rate_hz, gain(VOICE_DBFS)
        self.num_frames = len(powers)
        self.sounds = stretches(powers > active * gain(SPEECH_DB) ** 2)
        self.is_word = powers > active * gain(WORD_DB) ** 2

    def spoken(self, max_pause_s=MAX_PAUSE_S):
        return merged(self.sounds, max_pause_s)


def cases(pairs):
    """Name of the class, voice, what is added to it, and the music, of every voice."""
    voices = [Voice(dialogue, rate_hz) for dialogue, _, rate_hz in pairs]
    for seed, (voice, (_, music, rate_hz)) in enumerate(zip(voices, pairs)):
        for name, of_class, sound in of_voice(voice, seed, music, voices[(seed + 1) % len(voices)]):
            yield name, of_class, sound, music


def of_voice(voice, seed, music, other):
    """Name of the class, voice, and what is added to it; `other`: another voice."""
    clean, rate_hz, nothing = voice.signal, voice.rate_hz, np.zeros(len(voice.signal))
    sounds = Sounds(voice, seed)
    yield "clean", voice, nothing
    for make in (
        sounds.room_tone,
        sounds.hum,
        sounds.pink_noise,
        sounds.brown_noise,
        sounds.traffic,
        sounds.breaths,
        sounds.clicks,
        sounds.door_slams,
        sounds.footsteps,
    ):
        yield make.__name__.replace("_", " "), voice, make()
    spill = np.resize(music, len(clean))
    yield "spill of music", voice, gain(-20) * voice.active_rms * spill / rms(spill)
    yield "whispers", Voice(whispered(clean, rate_hz, seed), rate_hz), nothing
    shout = np.tanh(12 * clean / np.abs(clean).max())
    yield "shouts", Voice(shout, rate_hz), nothing
    child = resample_poly(clean, 10, 13)
    yield "a child", Voice(child, rate_hz), np.zeros(len(child))
    if other is not voice and other.rate_hz == rate_hz:
        length = min(len(clean), len(other.signal))
        both = clean[:length] + gain(-3) * other.signal[:length]
        yield "two at once", Voice(both, rate_hz), np.zeros(length)


def audible(voice, sound):
    """Of each frame whether the voice reaches the sound in any band."""
    if not np.any(sound):
        return np.ones(voice.num_frames, bool)
    powers = [
        [frame_powers(band(signal, voice.rate_hz, *edges), voice.rate_hz) for edges in BANDS_HZ]
        for signal in (voice.signal, sound)
    ]
    return (np.array(powers[0]) > np.array(powers[1])).any(axis=0)


def first(is_true, begin, end):
    """First frame of a stretch in which it is true, or the stretch's begin."""
    return begin + int(np.argmax(is_true[begin:end]))


def frames_of(spans_s, num_frames):
    is_speech = np.zeros(num_frames, bool)
    for begin_s, end_s in spans_s:
        is_speech[round(begin_s / FRAME_S) : round(end_s / FRAME_S)] = True
    return is_speech


def silent_frames(spoken, num_frames):
    """Of each frame whether nobody speaks, and no cut is due to a line before it."""
    is_silent = np.ones(num_frames, bool)
    for begin, end in spoken:
        is_silent[max(begin - round(BEFORE_LINE_S / FRAME_S), 0) : end + round(AFTER_LINE_S / FRAME_S)] = False
    return is_silent


class Cut:
    """What the duck takes where nobody speaks, and the lines that are none."""

    def __init__(self):
        self.losses_lu, self.num_false, self.minutes = [], 0, 0

    def add(self, outcome, spoken, num_frames):
        hop_idx = ((np.arange(num_frames) + 0.5) * FRAME_S / outcome["hop_s"]).astype(int)
        losses_lu = np.array(outcome["losses_lu"])
        losses_lu = losses_lu[np.minimum(hop_idx, len(losses_lu) - 1)]
        self.losses_lu.append(losses_lu[silent_frames(spoken, num_frames)])
        self.minutes += num_frames * FRAME_S / 60
        for begin_s, end_s in outcome["lines"]:
            is_spoken = any(
                begin_s < end * FRAME_S + GRACE_S and end_s > begin * FRAME_S - GRACE_S for begin, end in spoken
            )
            self.num_false += not is_spoken

    def text(self):
        losses_lu = np.concatenate(self.losses_lu)
        false = f"{self.num_false / self.minutes:7.1f}"
        if losses_lu.size * FRAME_S < 1:
            return f"     -     -      - {false}"
        share = 100 * (losses_lu > AUDIBLE_LU).mean()
        return f"{losses_lu.mean():6.2f} {losses_lu.max():5.1f} {share:6.1f} {false}"


class Figures:
    """Counts of one class and one kind of decision."""

    def __init__(self):
        self.found, self.speech, self.false, self.rest = 0, 0, 0, 0
        self.heard_found, self.heard = 0, 0
        self.late_ms, self.word_late_ms, self.held_ms = [], [], []

    def add(self, is_speech, spoken, voice, is_audible):
        label, grace = np.zeros(len(is_speech), bool), np.zeros(len(is_speech), bool)
        for begin, end in spoken:
            label[begin:end] = True
            grace[begin : end + round(GRACE_S / FRAME_S)] = True
        self.found += (is_speech & label).sum()
        self.speech += label.sum()
        self.heard_found += (is_speech & label & is_audible).sum()
        self.heard += (label & is_audible).sum()
        self.false += (is_speech & ~grace).sum()
        self.rest += (~grace).sum()
        ends = [begin for begin, _ in spoken[1:]] + [len(is_speech)]
        is_word = voice.is_word & is_audible
        for (begin, end), next_begin in zip(spoken, ends):
            hits = np.flatnonzero(is_speech[begin:end])
            hit = begin + hits[0] if len(hits) else end
            self.late_ms.append(1e3 * FRAME_S * max(0, hit - first(is_audible, begin, end)))
            if is_word[begin:end].any():
                self.word_late_ms.append(1e3 * FRAME_S * max(0, hit - first(is_word, begin, end)))
            if (next_begin - end) * FRAME_S > MAX_LINE_PAUSE_S:
                misses = np.flatnonzero(~is_speech[end:next_begin])
                held = misses[0] if len(misses) else next_begin - end
                self.held_ms.append(1e3 * FRAME_S * held)

    def text(self):
        late_ms, word_late_ms = np.array(self.late_ms or [0]), np.array(self.word_late_ms or [0])
        return (
            f"{100 * self.found / max(self.speech, 1):6.1f} {100 * self.heard_found / max(self.heard, 1):6.1f}"
            f" {100 * self.false / max(self.rest, 1):6.1f}"
            f" {np.median(late_ms):5.0f} {np.quantile(late_ms, 0.9):4.0f} {100 * (late_ms > 40).mean():4.0f} %"
            f" {100 * (word_late_ms > 40).mean():4.0f} % {np.quantile(self.held_ms or [0], 0.9):5.0f}"
        )


def paired(folder):
    """Dialogue, music and rate of every pair in the folder."""
    for dialogue_path in sorted(folder.glob("dialogue_*.flac")):
        music_path = dialogue_path.with_name(dialogue_path.name.replace("dialogue_", "music_"))
        if music_path.exists():
            dialogue, rate_hz = soundfile.read(dialogue_path, always_2d=True)
            music, music_hz = soundfile.read(music_path, always_2d=True)
            if music_hz != rate_hz:
                sys.exit(f"{music_path}: {music_hz} Hz, but its dialogue has {rate_hz} Hz")
            yield dialogue.mean(axis=1), music.mean(axis=1), rate_hz


def heard(binary, voice, sound, music):
    """What the program says of the voice with the sound, over the music."""
    return heard_over(binary, voice.signal + sound, voice.rate_hz, music, voice.active_rms)


def heard_over(binary, dialogue, rate_hz, music, music_rms):
    """What the program says of a dialogue over music of that RMS."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("voice.wav", "music.wav")]
        music = np.resize(music, len(dialogue))
        music = music * music_rms / rms(music)
        for path, signal in zip(paths, (dialogue, music)):
            soundfile.write(path, signal, rate_hz, subtype="FLOAT")
        done = subprocess.run([binary, *paths], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def print_table(binary, all_cases):
    """Runs the cases and prints a row for each class, and one for all."""
    table, seconds = {}, 0
    whole = {"live": Figures(), "lines": Figures(), "cut": Cut()}
    for name, voice, sound, music in all_cases:
        outcome = heard(binary, voice, sound, music)
        seconds += voice.num_frames * FRAME_S
        is_audible = audible(voice, sound)
        of_class = table.setdefault(name, {"live": Figures(), "lines": Figures(), "cut": Cut()})
        for figures in (of_class, whole):
            for kind, spoken in (("live", voice.spoken()), ("lines", voice.spoken(MAX_LINE_PAUSE_S))):
                is_speech = frames_of(outcome[kind], voice.num_frames)
                figures[kind].add(is_speech, spoken, voice, is_audible)
            figures["cut"].add(outcome, voice.spoken(MAX_LINE_PAUSE_S), voice.num_frames)
    print(f"{seconds / 60:.0f} minutes")
    columns = " found  heard  false onset 9/10 >40 ms   word  held"
    print(f"{'':16} live: {columns} | lines: {columns} |    cut   max   >0.1 false/min")
    for name, figures in [*table.items(), ("all", whole)]:
        live, lines, cut = (figures[kind].text() for kind in ("live", "lines", "cut"))
        print(f"{name:16}       {live} |        {lines} | {cut}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the example activity_eval")
    parser.add_argument("--music", type=Path, required=True, help="music for the recorded sounds, 48 kHz")
    parser.add_argument("--recorded", type=Path, required=True, help="folder for packages with recorded sounds")
    parser.add_argument("folder", type=Path, nargs="?", help="pairs dialogue_NN.flac, music_NN.flac")
    args = parser.parse_args()

    if args.folder:
        pairs = list(paired(args.folder))
        if not pairs:
            print(f"{args.folder}: no pair dialogue_NN.flac, music_NN.flac", file=sys.stderr)
            return 2
        print(f"speech activity, synthetic sounds: {len(pairs)} voices, ", end="")
        print_table(args.binary, cases(pairs))
        print()
    music, music_hz = soundfile.read(args.music, always_2d=True)
    assert music_hz == recorded.RATE_HZ, f"{args.music}: {music_hz} Hz"
    try:
        found = [
            (name, Voice(dialogue, recorded.RATE_HZ), sound, music.mean(axis=1))
            for name, dialogue, sound in recorded.cases(args.recorded)
        ]
    except recorded.Missing as missing:
        print(f"skipped: recorded sounds: {missing}; they come from Debian's packages")
        return 0
    print("speech activity, recorded sounds: ", end="")
    print_table(args.binary, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
