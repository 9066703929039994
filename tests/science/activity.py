#!/usr/bin/env python3
"""Measures the speech detector on voices of one's own, with what a production track holds mixed in.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (any rate, the same for both), with clean
voices. Every sound is synthesised here, from a fixed seed, but for the spill, which is the pair's
music. Levels are RMS re the active level of the voice, or dBFS with the voice brought to -26 dBFS.

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

Usage:
    python tests/science/activity.py --binary target/release/examples/activity_eval FOLDER

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
from scipy.linalg import solve_toeplitz
from scipy.signal import butter, lfilter, resample_poly, sosfilt

FRAME_S = 0.005
VOICE_DBFS = -26
# Level of the softest speech, and of the softest that begins a word, dB re the active level.
SPEECH_DB, WORD_DB = -35, -25
MAX_PAUSE_S, MAX_LINE_PAUSE_S = 0.2, 0.35
LEAST_BURST_S = 0.03
GRACE_S = 0.25
BANDS_HZ = [(100, 400), (400, 1000), (1000, 2200), (2200, 4000), (4000, 7200)]


def gain(db):
    return 10 ** (db / 20)


def rms(signal):
    return np.sqrt(np.mean(signal**2))


def band(signal, rate_hz, low_hz, high_hz, order=2):
    high_hz = min(high_hz, 0.49 * rate_hz)
    return sosfilt(butter(order, [low_hz, high_hz], "band", fs=rate_hz, output="sos"), signal)


def low_pass(signal, rate_hz, corner_hz):
    return sosfilt(butter(2, corner_hz, "low", fs=rate_hz, output="sos"), signal)


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
        merged = []
        for begin, end in self.sounds:
            if merged and begin - merged[-1][1] < max_pause_s / FRAME_S:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((begin, end))
        return [(begin, end) for begin, end in merged if end - begin >= LEAST_BURST_S / FRAME_S]


class Sounds:
    """What production tracks hold beside the voice, for as long as the voice lasts."""

    def __init__(self, voice, seed):
        self.rate_hz, self.num_samples = voice.rate_hz, len(voice.signal)
        self.level = voice.active_rms
        self.random = np.random.default_rng(seed)

    def noise(self, exponent, num_samples=None):
        """Noise of RMS 1 whose power falls with frequency to the `exponent` (0 white, 1 pink, 2 brown)."""
        num_samples = num_samples or self.num_samples
        spectrum = np.fft.rfft(self.random.standard_normal(num_samples + self.rate_hz))
        hz = np.fft.rfftfreq(num_samples + self.rate_hz, 1 / self.rate_hz)
        noise = np.fft.irfft(spectrum * np.maximum(hz, 30) ** (-exponent / 2))[:num_samples]
        return noise / rms(noise)

    def time_s(self, seconds):
        return np.arange(int(seconds * self.rate_hz)) / self.rate_hz

    def placed(self, make, shortest_s, longest_s):
        """Sounds that `make` gives, each so long after the begin of the one before."""
        total, start_s = np.zeros(self.num_samples), self.random.uniform(0.1, shortest_s)
        while start_s * self.rate_hz < self.num_samples:
            begin = int(start_s * self.rate_hz)
            sound = make()[: self.num_samples - begin]
            total[begin : begin + len(sound)] += sound
            start_s += self.random.uniform(shortest_s, longest_s)
        return total

    def room_tone(self):
        return gain(-60) * self.noise(1)

    def hum(self):
        t, base_hz = np.arange(self.num_samples) / self.rate_hz, self.random.choice([50, 60])
        parts = (np.sin(2 * np.pi * base_hz * k * t + k) / k for k in (1, 2, 3, 4, 6, 9))
        hum = sum(parts)
        return gain(-50) * hum / rms(hum)

    def pink_noise(self):
        return gain(-10) * self.level * self.noise(1)

    def brown_noise(self):
        return gain(-10) * self.level * self.noise(2)

    def traffic(self):
        t = np.arange(self.num_samples) / self.rate_hz
        swell = np.full(len(t), 0.25)
        for pass_s in np.arange(self.random.uniform(1, 3), t[-1], self.random.uniform(4, 6)):
            swell += np.exp(-0.5 * ((t - pass_s) / self.random.uniform(0.7, 1.5)) ** 2)
        traffic = swell * low_pass(self.noise(1), self.rate_hz, self.random.uniform(500, 1200))
        return gain(-10) * self.level * traffic / rms(traffic)

    def breaths(self):
        def breath():
            t = self.time_s(self.random.uniform(0.25, 0.6))
            air = band(self.noise(0, len(t)), self.rate_hz, self.random.uniform(300, 900), 6000, 1)
            air *= np.sin(np.pi * t / t[-1])
            return gain(-20) * self.level * air / rms(air)

        return self.placed(breath, 1.5, 3)

    def clicks(self):
        def click():
            t, hz = self.time_s(0.03), self.random.uniform(1200, 4000)
            decay = np.exp(-t / self.random.uniform(0.0008, 0.004))
            return gain(self.random.uniform(0, 6)) * self.level * np.sin(2 * np.pi * hz * t) * decay

        return self.placed(click, 0.3, 0.9)

    def door_slams(self):
        def slam():
            t, uniform = self.time_s(self.random.uniform(0.5, 1)), self.random.uniform
            modes = sum(
                weight * np.sin(2 * np.pi * uniform(low, high) * t) * np.exp(-t / uniform(0.04, 0.14))
                for weight, low, high in [(1.5, 50, 80), (1, 90, 150), (0.7, 170, 320), (0.4, 350, 600)]
            )
            blow = 2 * np.exp(-t / uniform(0.008, 0.02)) + uniform(0.15, 0.4) * np.exp(-t / uniform(0.08, 0.2))
            slam = modes + blow * self.noise(1, len(t))
            return gain(12) * self.level * slam / np.abs(slam).max()

        return self.placed(slam, 2.5, 4.5)

    def footsteps(self):
        def step():
            t = self.time_s(0.2)
            thump = low_pass(self.noise(1, len(t)), self.rate_hz, self.random.uniform(300, 900))
            step = thump * np.exp(-t / self.random.uniform(0.015, 0.03))
            return self.level * step / np.abs(step).max()

        return self.placed(step, 0.45, 0.65)


def whispered(signal, rate_hz, seed):
    """Noise in place of the larynx: linear prediction in windows of 20 ms."""
    order, size = 40, int(0.02 * rate_hz) // 2 * 2
    noise = np.random.default_rng(seed).standard_normal(len(signal))
    window, whisper = np.hanning(size), np.zeros(len(signal))
    bright = lfilter([1, -0.97], [1], signal)
    for begin in range(0, len(signal) - size, size // 2):
        frame = bright[begin : begin + size] * window
        correlation = np.correlate(frame, frame, "full")[size - 1 : size + order]
        if correlation[0] < 1e-9:
            continue
        correlation[0] *= 1.0001
        taps = solve_toeplitz(correlation[:-1], correlation[1:])
        error = max(correlation[0] - taps @ correlation[1:], 0) / size
        excitation = np.sqrt(error) * noise[begin : begin + size]
        whisper[begin : begin + size] += window * lfilter([1], np.concatenate([[1], -taps]), excitation)
    return whisper


def cases(pairs):
    """Name of the class, voice, and what is added to it."""
    voices = [Voice(dialogue, rate_hz) for dialogue, _, rate_hz in pairs]
    for seed, (voice, (_, music, rate_hz)) in enumerate(zip(voices, pairs)):
        clean, nothing, sounds = voice.signal, np.zeros(len(voice.signal)), Sounds(voice, seed)
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
        other = voices[(seed + 1) % len(voices)]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the example activity_eval")
    parser.add_argument("folder", type=Path, help="pairs dialogue_NN.flac, music_NN.flac")
    args = parser.parse_args()

    pairs = []
    for dialogue_path in sorted(args.folder.glob("dialogue_*.flac")):
        music_path = dialogue_path.with_name(dialogue_path.name.replace("dialogue_", "music_"))
        if music_path.exists():
            dialogue, rate_hz = soundfile.read(dialogue_path, always_2d=True)
            music, music_hz = soundfile.read(music_path, always_2d=True)
            if music_hz != rate_hz:
                sys.exit(f"{music_path}: {music_hz} Hz, but its dialogue has {rate_hz} Hz")
            pairs.append((dialogue.mean(axis=1), music.mean(axis=1), rate_hz))
    if not pairs:
        print(f"{args.folder}: no pair dialogue_NN.flac, music_NN.flac", file=sys.stderr)
        return 2

    table, seconds = {}, 0
    whole = {"live": Figures(), "lines": Figures()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voice.wav"
        for name, voice, sound in cases(pairs):
            soundfile.write(path, voice.signal + sound, voice.rate_hz, subtype="FLOAT")
            done = subprocess.run([args.binary, path], capture_output=True, text=True, check=True)
            outcome = json.loads(done.stdout)
            seconds += voice.num_frames * FRAME_S
            is_audible = audible(voice, sound)
            of_class = table.setdefault(name, {"live": Figures(), "lines": Figures()})
            for figures in (of_class, whole):
                for kind, spoken in (("live", voice.spoken()), ("lines", voice.spoken(MAX_LINE_PAUSE_S))):
                    is_speech = frames_of(outcome[kind], voice.num_frames)
                    figures[kind].add(is_speech, spoken, voice, is_audible)

    print(f"speech activity: {len(pairs)} voices, {seconds / 60:.0f} minutes")
    columns = " found  heard  false onset 9/10 >40 ms   word  held"
    print(f"{'':16} live: {columns} | lines: {columns}")
    for name, figures in [*table.items(), ("all", whole)]:
        print(f"{name:16}       {figures['live'].text()} |        {figures['lines'].text()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
