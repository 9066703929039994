"""The music of the demo scene: an orchestral cue in D minor, 116 to the minute, written so that
it hides some lines and leaves others alone. MIDI played by fluidsynth, over a synthetic rumble."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import mido
import numpy as np
import soundfile as sf
from scipy import signal

from measure import seconds_to_samples

BEATS_A_MINUTE = 116
BEAT_S = 60 / BEATS_A_MINUTE
TICKS_A_BEAT = 480
MUSIC_GAIN = 0.9
HALL_LEVEL = 0.55


@dataclass
class Part:
    """One instrument: its General MIDI place and the notes (beat, length, key, velocity)."""

    channel: int
    program: int
    pan: int
    notes: list = field(default_factory=list)
    faders: list = field(default_factory=list)  # (beat, expression 0 to 127), ramped between

    def play(self, beat, length, keys, velocity):
        """One note or chord; `keys` are names such as "D4 A4"."""
        for key in keys.split():
            self.notes.append((beat, length, key_number(key), velocity))

    def melody(self, beat, line, velocity):
        """Notes after each other: "D5:1 F5:1 -:2" (key and length in beats, - rests)."""
        for item in line.split():
            key, length = item.split(":")
            if key != "-":
                self.play(beat, float(length) * 0.97, key, velocity)
            beat += float(length)

    def swell(self, *points):
        """Fader positions (beat, expression 0 to 127)."""
        self.faders.extend(points)


def key_number(name):
    """MIDI key of a note name such as C4 (60), Bb3 or F#5."""
    semitone = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]]
    accidental = {"b": -1, "#": 1}.get(name[1], 0)
    return 12 * (int(name[-1]) + 1) + semitone + accidental


def orchestra():
    """The empty desks: General MIDI programs, seated from left (0) to right (127)."""
    return {
        "violins": Part(0, 48, 38),
        "tremolo": Part(1, 44, 46),
        "ostinato": Part(2, 48, 50),
        "pizzicato": Part(3, 45, 82),
        "pad": Part(4, 49, 72),
        "basses": Part(5, 43, 86),
        "horns": Part(6, 60, 48),
        "trumpets": Part(7, 56, 70),
        "trombones": Part(8, 57, 78),
        "clarinet": Part(10, 71, 58),
        "timpani": Part(11, 47, 60),
        "shimmer": Part(12, 44, 40),
        "celesta": Part(13, 8, 92),
        "percussion": Part(9, 48, 64),
    }


# Keys of the orchestra kit.
SNARE, BASS_DRUM, CYMBAL = "D2", "C2", "A3"


def clear_phrase(band, beat, pedal, pad, high):
    """Leaves the words alone: a thin low pad, a shimmer above them, a few bells after them."""
    band["basses"].play(beat, 8, pedal, 48)
    band["pad"].play(beat, 7.8, pad, 34)
    band["pad"].swell((beat, 66), (beat + 4, 80), (beat + 7, 66))
    band["shimmer"].play(beat, 7.5, high, 30)
    band["shimmer"].swell((beat, 34), (beat + 5, 62), (beat + 8, 34))


def middle_phrase(band, beat, roots, chords, tune):
    """Shares the band with the words: ostinato, horns and clarinet with the tune."""
    for bar, (root, chord) in enumerate(zip(roots.split(), chords)):
        at = beat + 4 * bar
        band["basses"].play(at, 3.9, root, 78)
        band["pad"].play(at, 3.9, chord, 62)
        low, high = chord.split()[0], chord.split()[-1]
        for step, key in enumerate((low, high, low, high, low, high, low, high)):
            band["ostinato"].play(at + step / 2, 0.34, key, 74 if step % 4 == 0 else 60)
            band["pizzicato"].play(at + step / 2, 0.3, key, 66)
        band["timpani"].play(at, 1.5, root.replace("1", "2"), 58)
    band["pad"].swell((beat, 96), (beat + 7.5, 96))
    band["ostinato"].swell((beat, 118), (beat + 7.5, 118))
    band["horns"].melody(beat, tune, 66)
    band["horns"].swell((beat, 120), (beat + 7.5, 120))
    band["clarinet"].melody(beat, tune, 60)
    band["clarinet"].swell((beat, 122), (beat + 7.5, 122))
    band["percussion"].melody(beat, " ".join([f"{SNARE}:0.25 {SNARE}:0.25 {SNARE}:0.5"] * 8), 54)


def heavy_phrase(band, beat, roots, chords, tune, counter):
    """Hides the words: everybody, the tune between 500 Hz and 1 kHz, brass and tremolo above."""
    for bar, (root, chord) in enumerate(zip(roots.split(), chords)):
        at = beat + 4 * bar
        band["basses"].play(at, 3.9, root, 105)
        band["trombones"].play(at, 3.8, chord, 92)
        band["pad"].play(at, 4, chord, 100)
        keys = chord.split()
        up = [key[:-1] + str(int(key[-1]) + 1) for key in keys]
        for step in range(16):
            band["ostinato"].play(at + step / 4, 0.2, up[step % len(up)], 104 - 14 * (step % 2))
        band["tremolo"].play(at, 4, " ".join(up[:3]), 100)
        for hit in (0, 1.5, 3):
            band["timpani"].play(at + hit, 1, root.replace("1", "2"), 104)
            band["percussion"].play(at + hit, 1, BASS_DRUM, 100)
        band["percussion"].play(at, 3, CYMBAL, 84)
        for step in range(16):
            band["percussion"].play(at + step / 4, 0.2, SNARE, 62 + 14 * (step % 4 == 0))
    for name, level in (("pad", 90), ("tremolo", 94), ("ostinato", 96), ("violins", 95),
                        ("horns", 95), ("trumpets", 88), ("trombones", 86)):
        band[name].swell((beat - 0.5, level - 40), (beat + 0.5, level), (beat + 7.6, level),
                         (beat + 8.4, level - 44))
    band["trumpets"].melody(beat, tune, 96)
    band["violins"].melody(beat, tune, 108)
    band["horns"].melody(beat, counter, 104)


def swell_into(band, beat):
    """The beat before a tutti: a roll of timpani and cymbal."""
    for step in range(8):
        velocity = 34 + 8 * step
        band["timpani"].play(beat - 1 + step / 8, 0.2, "D2", velocity)
        band["percussion"].play(beat - 1 + step / 8, 1, CYMBAL, velocity // 2)


def compose():
    """The whole cue: seven phrases of two bars, one a line, and an ending with nobody speaking."""
    band = orchestra()
    clear_phrase(band, 0, "D1 D2", "D3 A3", "A6 D7")
    swell_into(band, 8)
    heavy_phrase(band, 8, "D1 Bb1", ("D3 A3 D4 F4", "D3 Bb3 D4 F4"),
                 "D5:1 F5:1 A5:2 Bb5:1.5 A5:0.5 F5:1 D5:1", "A4:2 D5:2 D5:2 F4:2")
    middle_phrase(band, 16, "G1 A1", ("G3 Bb3 D4", "A3 C#4 E4"),
                  "G4:2 Bb4:1 A4:1 E4:1 A4:2 G4:1")
    clear_phrase(band, 24, "D1 D2", "D3 A3", "F6 A6 D7")
    swell_into(band, 32)
    heavy_phrase(band, 32, "G1 Eb1", ("D3 G3 Bb3 D4", "Eb3 G3 Bb3 Eb4"),
                 "G5:1 A5:1 Bb5:2 Bb5:1 G5:1 Eb5:1 D5:1", "D5:2 D5:2 Bb4:2 G4:2")
    middle_phrase(band, 40, "F1 A1", ("A3 D4 F4", "A3 C#4 E4"),
                  "F4:1 A4:1 D5:2 C#5:2 A4:2")
    clear_phrase(band, 48, "D1 D2", "D3 A3", "F#6 A6 D7")
    swell_into(band, 56)
    heavy_phrase(band, 56, "C1 D1", ("E3 G3 C4 E4", "D3 A3 D4 F#4"),
                 "E5:1 G5:1 C5:1 E5:1 F#5:4", "G4:2 C5:2 A4:4")
    for beat, keys in ((6, "D6"), (6.5, "A6"), (30, "F6"), (30.5, "D6"), (54, "F#6"), (54.5, "A6")):
        band["celesta"].play(beat, 2, keys, 40)
    return band


def write_midi(band, path, rng):
    """Writes the cue; notes fall up to 10 ms behind the beat, a little louder or softer."""
    events = [(0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BEATS_A_MINUTE)))]
    for part in band.values():
        channel = part.channel
        for control, value in ((10, part.pan), (91, 90), (7, 100)):
            events.append((0, mido.Message("control_change", channel=channel, control=control,
                                           value=value)))
        events.append((0, mido.Message("program_change", channel=channel, program=part.program)))
        for beat, value in ramps(part.faders):
            events.append((to_ticks(beat), mido.Message(
                "control_change", channel=channel, control=11, value=value)))
        for beat, length, key, velocity in part.notes:
            start = beat + rng.uniform(0, 0.010) / BEAT_S
            velocity = int(np.clip(velocity + rng.integers(-4, 5), 1, 127))
            events.append((to_ticks(start), mido.Message(
                "note_on", channel=channel, note=key, velocity=velocity)))
            events.append((to_ticks(start + length), mido.Message(
                "note_off", channel=channel, note=key)))
    # At one tick, notes end before others begin.
    events.sort(key=lambda event: (event[0], event[1].type == "note_on"))
    track = mido.MidiTrack()
    now = 0
    for ticks, message in events:
        track.append(message.copy(time=ticks - now))
        now = ticks
    mido.MidiFile(type=0, ticks_per_beat=TICKS_A_BEAT, tracks=[track]).save(path)


def ramps(faders):
    """Fader positions every eighth of a beat between the points given."""
    if not faders:
        return []
    beats, values = zip(*sorted(faders))
    steps = np.arange(min(beats[0], 0.0), beats[-1] + 0.125, 0.125)
    levels = np.interp(steps, beats, values)
    return [(beat, int(round(level))) for beat, level in zip(steps, levels)]


def to_ticks(beat):
    """MIDI ticks of a beat, none before the start."""
    return max(0, int(round(beat * TICKS_A_BEAT)))


def rumble(num_samples, sample_rate_hz, rng):
    """The storm below 90 Hz, both channels: slow gusts and a falling boom under each tutti."""
    band = signal.butter(4, [28, 75], "bandpass", fs=sample_rate_hz, output="sos")
    noise = signal.sosfilt(band, rng.normal(size=(num_samples, 2)), axis=0)
    noise = 0.6 * noise + 0.4 * noise[:, ::-1]
    time_s = np.arange(num_samples) / sample_rate_hz
    gusts = 0.7 + 0.3 * np.sin(2 * np.pi * time_s / 5.3 + 1.0)
    storm = noise / np.sqrt(np.mean(noise**2)) * gusts[:, None] * 0.020
    for beat in (8, 32, 56):
        since_s = np.maximum(time_s - beat * BEAT_S, 0.0)
        # 62 Hz falling to 36 Hz.
        phase = 2 * np.pi * (36 * since_s + 26 * 0.35 * (1 - np.exp(-since_s / 0.35)))
        storm += (0.12 * np.sin(phase) * np.exp(-since_s / 0.9))[:, None]
    return storm


def make_music(duration_s, sample_rate_hz, soundfont, rng):
    """The cue as stereo samples [n, 2]."""
    num_samples = seconds_to_samples(duration_s, sample_rate_hz)
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "cue.mid", Path(folder) / "cue.wav"
        write_midi(compose(), midi, rng)
        subprocess.run(
            ["fluidsynth", "-q", "-n", "-i", "-F", str(wav), "-T", "wav", "-O", "s24",
             "-r", str(sample_rate_hz), "-g", "0.3", "-o", "synth.chorus.active=0",
             "-o", "synth.reverb.room-size=0.75", "-o", "synth.reverb.damp=0.3",
             "-o", "synth.reverb.width=0.9", "-o", f"synth.reverb.level={HALL_LEVEL}",
             str(soundfont), str(midi)],
            check=True, stdout=subprocess.DEVNULL,
        )
        played, _ = sf.read(wav)
    # The dull top of a hall's far seats; it also keeps the file small.
    far_seats = signal.butter(2, 11_000, "lowpass", fs=sample_rate_hz, output="sos")
    played = signal.sosfilt(far_seats, played, axis=0)
    music = np.zeros((num_samples, 2))
    num_played = min(num_samples, len(played))
    music[:num_played] = MUSIC_GAIN * played[:num_played]
    return music + rumble(num_samples, sample_rate_hz, rng)
