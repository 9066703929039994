"""The ducks that this one is measured against: zero-phase, on short-time spectra, each with one knob.

All but the expansion look at the dialogue alone, as a sidechain compressor does. `curve(spectra, knob)`
gives the cut (frames, bins) in dB; `matched` finds the knob at which a scene loses what is wanted.
"""

from functools import cached_property

import numpy as np
from scipy.signal import ShortTimeFFT, freqz
from scipy.signal.windows import hann

from scene import K_STAGES, RATE_HZ, decibels, held

WINDOW = 2048
HOP = 256
FRAME_HZ = RATE_HZ / HOP
TRANSFORM = ShortTimeFFT(hann(WINDOW, sym=False), HOP, RATE_HZ)
BINS_HZ = TRANSFORM.f
# Where bands are: as far as a voice reaches.
LOW_HZ, HIGH_HZ = 80.0, 12_000.0
# The dialogue's gate: within so much of its loud moments, from 100 Hz to 8 kHz.
GATE_HZ = (100.0, 8_000.0)
GATE_RANGE_DB = 30.0
GATE_HOLD_S = 0.15
# What is usual for the music, to the expansion: the mean of so long.
USUAL_MUSIC_S = 3.0
# No cut is deeper.
MAX_CUT_DB = 24.0
NUM_BISECTIONS = 18


def erb_number(hz):
    """Glasberg and Moore 1990, Hear. Res. 47, 103, equation 4."""
    return 21.4 * np.log10(1.0 + 0.00437 * np.asarray(hz))


def hz_of_erb_number(number):
    return (10.0 ** (np.asarray(number) / 21.4) - 1.0) / 0.00437


def band_matrix(edges_hz):
    """Share of each bin in each band: (bins, bands)."""
    half_bin_hz = BINS_HZ[1] / 2.0
    low = np.maximum(BINS_HZ[:, None] - half_bin_hz, edges_hz[None, :-1])
    high = np.minimum(BINS_HZ[:, None] + half_bin_hz, edges_hz[None, 1:])
    return np.clip(high - low, 0.0, None) / (2.0 * half_bin_hz)


def k_response():
    """Power response of the K-weighting at the bins."""
    power = np.ones(len(BINS_HZ))
    for b, a in K_STAGES:
        power = power * np.abs(freqz(b, a, BINS_HZ, fs=RATE_HZ)[1]) ** 2
    return power


K_RESPONSE = k_response()


def followed(values, attack_s, release_s):
    """One-pole smoothing of (frames, bands) with different times up and down."""
    attack, release = (1.0 - np.exp(-1.0 / (t * FRAME_HZ)) for t in (attack_s, release_s))
    state = values[0].copy()
    out = np.empty_like(values)
    for frame, value in enumerate(values):
        state = state + np.where(value > state, attack, release) * (value - state)
        out[frame] = state
    return out


def smoothed(curve):
    """Each band with half a share of either neighbour."""
    padded = np.pad(curve, ((0, 0), (1, 1)), mode="edge")
    return 0.25 * padded[:, :-2] + 0.5 * padded[:, 1:-1] + 0.25 * padded[:, 2:]


class Bands:
    """Bands equally wide on the ERB-number scale."""

    def __init__(self, num):
        edges = hz_of_erb_number(np.linspace(erb_number(LOW_HZ), erb_number(HIGH_HZ), num + 1))
        self.num = num
        self.centres_hz = np.sqrt(edges[:-1] * edges[1:])
        self.matrix = band_matrix(edges)

    def at_bins(self, cut_db):
        """The cut at each bin: straight lines between the centres."""
        bins, centres = erb_number(BINS_HZ), erb_number(self.centres_hz)
        right = np.clip(np.searchsorted(centres, bins), 1, self.num - 1)
        share = (bins - centres[right - 1]) / (centres[right] - centres[right - 1])
        share = np.clip(share, 0.0, 1.0)
        return cut_db[:, right - 1] * (1.0 - share) + cut_db[:, right] * share


class Spectra:
    """A scene's short-time spectra and what the ducks ask of them."""

    def __init__(self, scene):
        self.length = len(scene.music)
        self.dialogue = np.abs(TRANSFORM.stft(scene.dialogue).T) ** 2
        self.music = TRANSFORM.stft(scene.music, axis=0).transpose(1, 2, 0)
        centres = TRANSFORM.t(self.length) * RATE_HZ
        speaks = scene.speaks[np.clip(centres.astype(int), 0, self.length - 1)]
        self.speaks = speaks
        weighted = (np.abs(self.music) ** 2).sum(axis=0) * K_RESPONSE
        self.spoken_power = weighted[speaks]
        # Mean squares from powers of the spectrum.
        self.to_mean_square = 2.0 / (WINDOW * (TRANSFORM.win**2).sum())
        active = scene.dialogue[scene.speaks]
        self.dialogue_rms = float(np.sqrt((active**2).mean()))

    def dialogue_power(self, matrix):
        return self.dialogue @ matrix * self.to_mean_square

    @cached_property
    def gate(self):
        """The gate's way, 0 to 1: (frames, 1)."""
        level_db = decibels(self.dialogue_power(band_matrix(np.array(GATE_HZ))))[:, 0]
        is_open = level_db > np.percentile(level_db[level_db > -70.0], 95) - GATE_RANGE_DB
        is_open = held(is_open, int(GATE_HOLD_S * FRAME_HZ))
        return followed(is_open.astype(float)[:, None], 0.02, 0.3)

    @cached_property
    def below_usual_db(self):
        """By how much each of 32 bands of the music lies below its mean, dB (frames, bands)."""
        power = (np.abs(self.music) ** 2).sum(axis=0) @ BANDS[32].matrix
        usual = followed(power, USUAL_MUSIC_S, USUAL_MUSIC_S)
        return np.maximum(decibels(usual) - decibels(followed(power, 0.005, 0.05)), 0.0)

    def loss_lu(self, cut_at_bins_db):
        left = self.spoken_power * 10.0 ** (-cut_at_bins_db[self.speaks] / 10.0)
        return float(decibels(self.spoken_power.sum()) - decibels(left.sum()))

    def rendered(self, cut_at_bins_db):
        gained = self.music * 10.0 ** (-cut_at_bins_db / 20.0)
        audio = TRANSFORM.istft(gained.transpose(2, 0, 1), k1=self.length, f_axis=0, t_axis=2)
        return audio.T if audio.shape[0] != self.length else audio


BANDS = {num: Bands(num) for num in (8, 32)}


def broadband(spectra, knob):
    """One fader that follows the gate."""
    return np.repeat(knob * spectra.gate, len(BINS_HZ), axis=1)


def multiband(spectra, knob):
    """Eight-band sidechain compressor: `knob` dB for each dB above -55 dBFS."""
    bands = BANDS[8]
    level_db = decibels(followed(spectra.dialogue_power(bands.matrix), 0.005, 0.05))
    cut_db = followed(knob * np.maximum(level_db + 55.0, 0.0), 0.01, 0.15)
    return bands.at_bins(np.minimum(cut_db, MAX_CUT_DB))


def spectral_follow(spectra, knob):
    """32 bands, each cut as the dialogue's spectrum stands there."""
    bands = BANDS[32]
    level = np.sqrt(followed(spectra.dialogue_power(bands.matrix), 0.005, 0.05))
    usual = spectra.dialogue_rms / np.sqrt(bands.num)
    cut_db = followed(20.0 * np.log10(1.0 + knob * level / usual), 0.01, 0.12)
    return bands.at_bins(np.minimum(cut_db, MAX_CUT_DB))


def fixed_dip(spectra, knob):
    """What an engineer does by hand: 400 Hz to 6 kHz down while the gate is open."""
    bands = BANDS[32]
    is_within = (bands.centres_hz >= 400.0) & (bands.centres_hz <= 6_000.0)
    shape = smoothed(is_within.astype(float)[None, :])
    return bands.at_bins(knob * spectra.gate * shape)


def expansion(spectra, knob):
    """No duck: while the gate is open, each band of the music falls by `knob` dB more for each dB below
    its usual level, so that its own quiet moments are quieter."""
    cut_db = np.minimum(knob * spectra.below_usual_db * spectra.gate, MAX_CUT_DB)
    return BANDS[32].at_bins(followed(cut_db, 0.01, 0.05))


ALL = {
    "broadband duck": broadband,
    "8-band multiband": multiband,
    "spectral follow": spectral_follow,
    "fixed dip": fixed_dip,
    "expansion": expansion,
}


def matched(spectra, curve, loss_lu):
    """The music under `curve`, with the knob at which it loses `loss_lu`."""
    low, high = 0.0, 40.0
    for _ in range(NUM_BISECTIONS):
        knob = 0.5 * (low + high)
        if spectra.loss_lu(curve(spectra, knob)) > loss_lu:
            high = knob
        else:
            low = knob
    return spectra.rendered(curve(spectra, low))
