"""The spoken lines of the demo scene: espeak-ng voices in a small room, over room tone."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy import signal

from measure import loudness_lufs, seconds_to_samples

LINE_LOUDNESS_LUFS = -27.0
ROOM_TONE_DBFS = -65.0
# Speech counts as begun or ended where its 5 ms level crosses this, relative to its loudest 5 ms.
EDGE_DB = -40.0


@dataclass(frozen=True)
class Voice:
    """An espeak-ng voice with its pitch (0 to 99) and speed (words a minute)."""

    name: str
    pitch: int
    speed_wpm: int


# English of the south of England, of Scotland, and of the United States with a female timbre.
CONTROL = Voice("en-gb-x-rp", 40, 172)
ENGINEER = Voice("en-gb-scotland", 30, 156)
OFFICER = Voice("en-us+f3", 46, 172)


@dataclass(frozen=True)
class Line:
    """One spoken line: when it starts, who says what, and how the cue was written against it."""

    start_s: float
    voice: Voice
    cue: str  # "clear", "middle" or "heavy": what the cue does to the line
    text: str


LINES = (
    Line(1.10, CONTROL, "clear", "Harbour control. Wind at fifty knots."),
    Line(4.95, OFFICER, "heavy", "Close the north gate before the sea comes in."),
    Line(9.25, ENGINEER, "middle", "I can't. The motor is not answering."),
    Line(13.25, OFFICER, "clear", "Then we turn it by hand. Bring the lamp."),
    Line(17.20, CONTROL, "heavy", "Wait! There is still a boat out in the channel."),
    Line(21.75, ENGINEER, "middle", "Keep the lights burning for them."),
    Line(25.45, OFFICER, "clear", "I can see her mast. She is coming in."),
)


def speak(line, sample_rate_hz, rng):
    """One line as mono samples at `sample_rate_hz`, trimmed to its first and last sound."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        voice = line.voice
        subprocess.run(
            ["espeak-ng", "-v", voice.name, "-p", str(voice.pitch), "-s", str(voice.speed_wpm),
             "-g", "1", "-w", str(path), line.text],
            check=True,
        )
        dry, voice_rate_hz = sf.read(path)
    dry = signal.resample_poly(dry, sample_rate_hz, voice_rate_hz)
    return trim(drift(dry, sample_rate_hz, rng), sample_rate_hz)


def drift(dry, sample_rate_hz, rng):
    """Lets the pitch wander by about 1 %, a few times a second: espeak-ng holds it too still."""
    num_knots = 2 + int(len(dry) / sample_rate_hz * 6)
    knots = rng.normal(0.0, 0.010, num_knots)
    positions = np.linspace(0, num_knots - 1, len(dry))
    speed = 1.0 + np.interp(positions, np.arange(num_knots), knots)
    read_at = np.cumsum(speed)
    read_at = read_at[read_at < len(dry) - 1]
    return np.interp(read_at, np.arange(len(dry)), dry)


def trim(samples, sample_rate_hz):
    """Cuts what lies before the first and after the last 5 ms above `EDGE_DB`."""
    frame = seconds_to_samples(0.005, sample_rate_hz)
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > level.max() * 10 ** (EDGE_DB / 20))
    trimmed = samples[loud[0] * frame : (loud[-1] + 1) * frame].copy()
    ramp = np.linspace(0.0, 1.0, frame)
    trimmed[:frame] *= ramp
    trimmed[-frame:] *= ramp[::-1]
    return trimmed


def tone(dry, sample_rate_hz):
    """A microphone's view of the voice: rumble filter, chest, and less of espeak-ng's buzz."""
    high_pass = signal.butter(2, 75, "highpass", fs=sample_rate_hz, output="sos")
    chest = signal.butter(1, [140, 420], "bandpass", fs=sample_rate_hz, output="sos")
    buzz = signal.butter(1, [2600, 4600], "bandpass", fs=sample_rate_hz, output="sos")
    low_pass = signal.butter(1, 9500, "lowpass", fs=sample_rate_hz, output="sos")
    voice = signal.sosfilt(high_pass, dry)
    voice = voice + 0.35 * signal.sosfilt(chest, voice) - 0.25 * signal.sosfilt(buzz, voice)
    return signal.sosfilt(low_pass, voice)


def small_room(sample_rate_hz, rng):
    """Impulse response of a furnished room: direct sound, eight reflections, a 0.25 s tail."""
    tail_s = 0.25
    response = np.zeros(seconds_to_samples(tail_s, sample_rate_hz))
    time_s = np.arange(len(response)) / sample_rate_hz
    # -60 dB at the tail's end; the tail starts after the first reflections.
    tail = rng.normal(size=len(response)) * 10 ** (-3 * time_s / tail_s) * (time_s > 0.012)
    response += tail * 0.10 / np.sqrt(np.sum(tail**2))
    for delay_s in np.sort(rng.uniform(0.003, 0.028, 8)):
        gain = rng.choice([-1, 1]) * 0.20 * 10 ** (-delay_s / 0.030)
        response[seconds_to_samples(delay_s, sample_rate_hz)] += gain
    dull = signal.butter(1, 5000, "lowpass", fs=sample_rate_hz, output="sos")
    response = signal.sosfilt(dull, response)
    response[0] += 1.0
    return response


def room_tone(num_samples, sample_rate_hz, rng):
    """Noise that falls 4.5 dB an octave from 30 Hz up, RMS `ROOM_TONE_DBFS`."""
    frequency_hz = np.fft.rfftfreq(num_samples, 1 / sample_rate_hz)
    spectrum = np.fft.rfft(rng.normal(size=num_samples)) / np.maximum(frequency_hz, 30.0) ** 0.75
    noise = np.fft.irfft(spectrum, num_samples)
    return noise * 10 ** (ROOM_TONE_DBFS / 20) / np.sqrt(np.mean(noise**2))


def make_dialogue(duration_s, sample_rate_hz, rng):
    """The dialogue track (mono samples) and its ground truth, one dictionary a line.

    Every line is brought to `LINE_LOUDNESS_LUFS`. `start_s` and `end_s` hold the voice itself,
    without the room's tail.
    """
    track = room_tone(seconds_to_samples(duration_s, sample_rate_hz), sample_rate_hz, rng)
    room = small_room(sample_rate_hz, rng)
    truth = []
    for line_idx, line in enumerate(LINES):
        dry = speak(line, sample_rate_hz, rng)
        wet = signal.fftconvolve(tone(dry, sample_rate_hz), room)
        level_lufs = loudness_lufs(wet[: len(dry)], sample_rate_hz)
        wet *= 10 ** ((LINE_LOUDNESS_LUFS - level_lufs) / 20)
        start = seconds_to_samples(line.start_s, sample_rate_hz)
        track[start : start + len(wet)] += wet
        truth.append({
            "id": line_idx + 1,
            "text": line.text,
            "start_s": round(start / sample_rate_hz, 3),
            "end_s": round((start + len(dry)) / sample_rate_hz, 3),
            "cue": line.cue,
            "written_to_clash": line.cue != "clear",
        })
    return track, truth
