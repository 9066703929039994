"""One pair of dialogue and music, and what is measured of the music under a duck.

Loudness is that of ITU-R BS.1770 (K-weighted energy, all channels alike); "while somebody speaks" is
while the dialogue's level over 25 ms is within 35 dB of its 95th percentile, and 0.2 s beyond.
Intelligibility is that of the dialogue plus the mono sum of the music, which is brought to the loudness
of the music's channels.
"""

import math
from functools import cached_property

import numpy as np
import soundfile
from pystoi import stoi
from scipy.signal import lfilter, resample_poly

RATE_HZ = 48_000
# ESTOI is computed at this rate.
ESTOI_HZ = 10_000
LEVEL_S = 0.025
SPEECH_RANGE_DB = 35.0
SPEECH_HOLD_S = 0.2
SILENCE_DBFS = -70.0
# Loudness difference from which on a scene counts as clear, LU.
CLEAR_LU = 5.0

# ITU-R BS.1770-5, annex 1, tables 1 and 2: b and a of the two stages at 48 kHz.
K_STAGES = (
    (
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (1.0, -1.69065929318241, 0.73248077421585),
    ),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


class Unreadable(Exception):
    """A file that can't be scored; the text names it and the rule."""


def decibels(power):
    return 10.0 * np.log10(np.maximum(power, 1e-20))


def k_weighted(signal):
    for b, a in K_STAGES:
        signal = lfilter(b, a, signal, axis=0)
    return signal


def resampled(signal, to_hz):
    common = math.gcd(RATE_HZ, to_hz)
    return resample_poly(signal, to_hz // common, RATE_HZ // common)


def read(path):
    """Samples (frames, channels) of a file at 48 kHz."""
    try:
        samples, rate_hz = soundfile.read(path, always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise Unreadable(f"{path}: can't be read: {error}") from error
    if rate_hz != RATE_HZ:
        raise Unreadable(f"{path}: {rate_hz} Hz; only 48000 Hz can be scored")
    return samples


def held(flags, num_samples):
    """Each true flag stays for `num_samples` in all."""
    indices = np.arange(len(flags))
    latest = np.maximum.accumulate(np.where(flags, indices, -num_samples))
    return indices - latest < num_samples


class Scene:
    """`dialogue`: (frames,), `music`: (frames, channels), both at 48 kHz."""

    def __init__(self, name, dialogue_path, music_path, transcript_path=None):
        self.name = name
        self.dialogue_path = dialogue_path
        self.music_path = music_path
        self.transcript_path = transcript_path
        dialogue, music = read(dialogue_path).mean(axis=1), read(music_path)
        length = min(len(dialogue), len(music))
        self.dialogue, self.music = dialogue[:length], music[:length]
        if not self.speaks.any():
            raise Unreadable(f"{dialogue_path}: nobody speaks in it")
        if not self.music.any():
            raise Unreadable(f"{music_path}: it is silent")

    @cached_property
    def speaks(self):
        """Whether somebody speaks, for each sample."""
        width = int(LEVEL_S * RATE_HZ)
        power = np.convolve(self.dialogue**2, np.full(width, 1.0 / width), "same")
        level_db = 10.0 * np.log10(power + 1e-12)
        loud = level_db[level_db > SILENCE_DBFS]
        if loud.size == 0:
            return np.zeros(len(level_db), bool)
        is_loud = level_db > np.percentile(loud, 95) - SPEECH_RANGE_DB
        return held(is_loud, int(SPEECH_HOLD_S * RATE_HZ))

    @cached_property
    def k_power(self):
        """K-weighted power of the music per sample, summed over channels."""
        return (k_weighted(self.music) ** 2).sum(axis=1)

    @cached_property
    def mono_gain(self):
        mono = k_weighted(self.music.sum(axis=1)) ** 2
        return math.sqrt(self.k_power.sum() / max(mono.sum(), 1e-20))

    @cached_property
    def loudness_difference_lu(self):
        dialogue = (k_weighted(self.dialogue) ** 2)[self.speaks].mean()
        return float(decibels(dialogue) - decibels(self.k_power[self.speaks].mean()))

    @property
    def is_clear(self):
        return self.loudness_difference_lu > CLEAR_LU

    def mix(self, music):
        return self.dialogue + self.mono_gain * music.sum(axis=1)

    def loss_lu(self, ducked):
        """What the music lost while somebody speaks, LU."""
        ducked_power = (k_weighted(ducked) ** 2).sum(axis=1)
        before, after = (p[self.speaks].sum() for p in (self.k_power, ducked_power))
        return float(decibels(before) - decibels(after))

    def estoi(self, music):
        """ESTOI (Jensen and Taal 2016, IEEE/ACM Trans. Audio Speech Lang. Process. 24, 2009)."""
        clean, mix = (resampled(x, ESTOI_HZ) for x in (self.dialogue, self.mix(music)))
        return float(stoi(clean, mix, ESTOI_HZ, extended=True))

    @cached_property
    def estoi_before(self):
        return self.estoi(self.music)
