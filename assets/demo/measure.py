"""Levels: loudness of a line, and how far it stands above the music in the bands of speech."""

import numpy as np
from scipy import signal

# Third-octave bands 160 Hz to 8 kHz (ANSI S3.5-1997, table 3), exact centres 10^(n/10) Hz.
BAND_CENTRES_HZ = 10 ** (np.arange(22, 40) / 10)
BAND_HALF_WIDTH = 10**0.05

# What `audibility` has to give for each way to write the cue against a line.
AUDIBILITY_RANGE = {"clear": (0.75, 1.0), "middle": (0.45, 0.65), "heavy": (0.0, 0.35)}


def seconds_to_samples(duration_s, sample_rate_hz):
    """Whole samples nearest to a time."""
    return int(round(duration_s * sample_rate_hz))


def loudness_lufs(samples, sample_rate_hz):
    """Ungated loudness of one channel at 48 kHz (ITU-R BS.1770-4, tables 1 and 2), LUFS."""
    if sample_rate_hz != 48_000:
        raise ValueError(f"the K-weighting here is for 48000 Hz only, got {sample_rate_hz}")
    shelf = ([1.53512485958697, -2.69169618940638, 1.19839281085285],
             [1.0, -1.69065929318241, 0.73248077421585])
    high_pass = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
    weighted = signal.lfilter(*high_pass, signal.lfilter(*shelf, samples))
    return -0.691 + 10 * np.log10(np.mean(weighted**2))


def band_powers(samples, sample_rate_hz):
    """Mean power in each of `BAND_CENTRES_HZ`, summed over channels (`samples`: [n] or [n, ch])."""
    samples = samples.reshape(len(samples), -1)
    frequency_hz, density = signal.welch(
        samples, sample_rate_hz, nperseg=8192, noverlap=6144, axis=0)
    density = density.sum(axis=1) * (frequency_hz[1] - frequency_hz[0])
    return np.array([
        density[(frequency_hz >= centre_hz / BAND_HALF_WIDTH)
                & (frequency_hz < centre_hz * BAND_HALF_WIDTH)].sum()
        for centre_hz in BAND_CENTRES_HZ
    ])


def line_snr_db(dialogue, music, line, sample_rate_hz):
    """Dialogue over music in each band, dB, from a line's start to its end."""
    start, end = (seconds_to_samples(line[key], sample_rate_hz) for key in ("start_s", "end_s"))
    return 10 * np.log10(
        band_powers(dialogue[start:end], sample_rate_hz)
        / band_powers(music[start:end], sample_rate_hz))


def audibility(snr_db):
    """Share of the words' bands that gets through, 0 to 1: nothing at -15 dB, all at +15 dB (the
    band audibility function of ANSI S3.5-1997), all bands weighing the same, without masking
    across bands. Simpler than what the engine does, and independent of it."""
    return float(np.mean(np.clip((snr_db + 15) / 30, 0, 1)))


def check_scene(dialogue, music, lines, sample_rate_hz):
    """Prints a table of the lines; gives a list of what is not as the scene was written."""
    faults = []
    print("line  cue     start    end  LUFS    SNR dB  audibility")
    for line in lines:
        start, end = (seconds_to_samples(line[key], sample_rate_hz) for key in ("start_s", "end_s"))
        snr_db = line_snr_db(dialogue, music, line, sample_rate_hz)
        heard = audibility(snr_db)
        low, high = AUDIBILITY_RANGE[line["cue"]]
        print(f"{line['id']:4}  {line['cue']:6} {line['start_s']:6.2f} {line['end_s']:6.2f}"
              f" {loudness_lufs(dialogue[start:end], sample_rate_hz):6.1f}"
              f" {np.mean(snr_db):8.1f} {heard:8.2f}")
        if not low <= heard <= high:
            faults.append(f"line {line['id']} ({line['cue']}): audibility {heard:.2f}"
                          f" is not within {low} to {high}")
    for name, track in (("dialogue", dialogue), ("music", music)):
        peak_dbfs = 20 * np.log10(np.max(np.abs(track)))
        print(f"{name}: {len(track) / sample_rate_hz:.2f} s, peak {peak_dbfs:.1f} dBFS")
        if peak_dbfs > -1.0:
            faults.append(f"{name}: peak {peak_dbfs:.1f} dBFS is above -1")
    return faults
