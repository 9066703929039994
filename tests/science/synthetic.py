"""Sounds of a production track, synthesised from a seed, and a voice made to whisper."""

import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.signal import butter, lfilter, sosfilt


def gain(db):
    return 10 ** (db / 20)


def rms(signal):
    return np.sqrt(np.mean(signal**2))


def band(signal, rate_hz, low_hz, high_hz, order=2):
    high_hz = min(high_hz, 0.49 * rate_hz)
    return sosfilt(butter(order, [low_hz, high_hz], "band", fs=rate_hz, output="sos"), signal)


def low_pass(signal, rate_hz, corner_hz):
    return sosfilt(butter(2, corner_hz, "low", fs=rate_hz, output="sos"), signal)


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
