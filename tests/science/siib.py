"""Speech intelligibility in bits, Gaussian form (SIIB-Gauss).

Van Kuyk, Kleijn and Hendriks 2018, "An instrumental intelligibility metric based on information theory", IEEE Signal
Processing Letters 25, 115, and "An evaluation of intrusive instrumental intelligibility metrics", IEEE/ACM Trans. Audio
Speech Lang. Process. 26, 2153. Written from the papers; `python tests/science/siib.py` compares it with values of
another implementation.
"""

import math

import numpy as np
from scipy.signal import resample_poly

RATE_HZ = 16_000
WINDOW = 400
SHIFT = 200
# Bands of the ear, and their range, Hz.
NUM_BANDS = 28
RANGE_HZ = (100.0, 6500.0)
# Frames of the clean speech that are further below its loudest count for nothing, dB.
ACTIVE_DB = 40.0
# Frames that are taken together: 187.5 ms.
STACK = 15
# Correlation of what speakers mean and what they say.
PRODUCTION = 0.75
# Forward masking lasts so long, s.
MASKING_S = 0.2
EPSILON = np.finfo(float).eps


def spectra(signal):
    window = np.hanning(WINDOW + 2)[1:-1]
    starts = np.arange(0, len(signal) - WINDOW, SHIFT)
    frames = np.stack([signal[start : start + WINDOW] for start in starts]) * window
    return np.abs(np.fft.rfft(frames, axis=1)) ** 2, (frames**2).sum(axis=1)


def erb_bands():
    """Power weights of gammatone filters, equally spaced on the ERB scale; the greatest of each is 1."""

    def erb_number(hz):
        return 21.4 * np.log10(1 + 0.00437 * hz)

    numbers = np.linspace(*map(erb_number, RANGE_HZ), NUM_BANDS)
    centre_hz = (10 ** (numbers / 21.4) - 1) / 0.00437
    width_hz = 24.7 * (0.00437 * centre_hz + 1)
    # Fourth order: an ERB of the filter is 0.982 of this parameter.
    b = width_hz * math.factorial(3) ** 2 / (math.pi * math.factorial(6) * 2.0**-6)
    hz = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    response = (1 + ((hz[None, :] - centre_hz[:, None]) / b[:, None]) ** 2) ** -4
    return response / response.max(axis=1, keepdims=True)


def masked(bands):
    """Each band's log power, or what is left of what sounded within the last 200 ms."""
    num_frames = math.ceil(MASKING_S * RATE_HZ / SHIFT)
    out = bands.copy()
    # Down to here it falls within that time.
    floor = bands.min(axis=0)
    for lag in range(1, num_frames):
        left = 1 - math.log(lag + 1) / math.log(num_frames)
        decayed = floor + left * (bands[:-lag] - floor)
        out[lag:] = np.maximum(out[lag:], decayed)
    return out


def stacked(bands):
    num = len(bands) - STACK + 1
    return np.stack([bands[start : start + STACK].ravel() for start in range(num)])


def siib_gauss(clean, heard, rate_hz):
    """Bits per second of the clean speech that get through in what is heard: one-dimensional, aligned, of one length, 20 s
    or more."""
    common = math.gcd(rate_hz, RATE_HZ)
    clean, heard = (resample_poly(x, RATE_HZ // common, rate_hz // common) for x in (clean, heard))
    (clean_power, energy), (heard_power, _) = spectra(clean), spectra(heard)
    level_db = 10 * np.log10(energy + EPSILON)
    is_active = level_db > level_db.max() - ACTIVE_DB
    weights = erb_bands().T
    x, y = (np.log(power[is_active] @ weights + EPSILON) for power in (clean_power, heard_power))
    x, y = (stacked(masked(bands)) for bands in (x, y))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    _, axes = np.linalg.eigh(x.T @ x / len(x))
    x, y = x @ axes, y @ axes
    squared = (x * y).sum(axis=0) ** 2 / ((x**2).sum(axis=0) * (y**2).sum(axis=0) + EPSILON)
    bits = -0.5 * np.log2(1 - PRODUCTION**2 * squared)
    return float(RATE_HZ / SHIFT / STACK * bits.sum())


def check():
    """The signal and the values of another implementation (bits per second), beside those of this one."""
    rng = np.random.default_rng(2024)
    num = 30 * RATE_HZ
    modulation = 1 + 0.9 * np.sin(2 * np.pi * 4 * np.arange(num) / RATE_HZ)
    clean = rng.standard_normal(num) * modulation
    noise = rng.standard_normal(num)
    noise *= math.sqrt((clean**2).mean() / (noise**2).mean())
    for snr_db, other in ((math.inf, 1335.7625), (10, 522.3633), (0, 121.8386), (-10, 8.5572)):
        heard = clean + noise * (0 if math.isinf(snr_db) else 10 ** (-snr_db / 20))
        print(f"{snr_db:5} dB {siib_gauss(clean, heard, RATE_HZ):9.2f} {other:9.2f}")


if __name__ == "__main__":
    check()
