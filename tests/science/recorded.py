"""Recorded sounds between lines of real voices, out of Debian packages: fetched into a folder that isn't
part of the project, as their licences differ (GPL, CC-BY-SA), and never copied anywhere else.

Each class has three prompts in one of five languages at an RMS of -26 dBFS, with twelve seconds between
them in which the class's sounds follow each other; the loudest 125 ms of a class are 6 dB under the
prompts, room tone at -72 dBFS RMS lies under all.
"""

import random
import shutil
import subprocess
import zipfile

import numpy as np
import soundfile
from scipy.signal import resample_poly

from synthetic import gain, rms

RATE_HZ = 48_000
VOICE_DBFS, ROOM_TONE_DBFS = -26, -72
SOUND_RE_VOICE_DB = -6
NUM_PROMPTS, PAUSE_S = 3, 12
LOUDEST_S = 0.125
LANGUAGES = ("en", "es", "fr", "it", "ru")
VOICE_PACKAGES = [f"asterisk-core-sounds-{language}-wav" for language in LANGUAGES]

# Class: package, names of its files, shortest and longest time from begin to begin, s.
STEPS_S, BLOWS_S = (0.42, 0.62), (0.8, 1.6)
CLASSES = {
    "steps, wood": ("minetest-data", ["default_wood_footstep*.ogg"], STEPS_S),
    "steps, metal": ("minetest-data", ["default_metal_footstep*.ogg"], STEPS_S),
    "steps, grass": ("minetest-data", ["default_grass_footstep*.ogg"], STEPS_S),
    "steps, snow": ("minetest-data", ["default_snow_footstep*.ogg"], STEPS_S),
    "steps, water": ("minetest-data", ["default_water_footstep*.ogg"], STEPS_S),
    "steps, gravel": ("minetest-data", ["default_gravel_footstep*.ogg", "default_dirt_footstep*.ogg"], STEPS_S),
    "steps, stone": ("minetest-data", ["default_hard_footstep*.ogg"], STEPS_S),
    "steps, boots": ("openarena-data", ["boot?.wav"], STEPS_S),
    "steps, clanks": ("openarena-data", ["clank?.wav"], STEPS_S),
    "doors": ("minetest-data", ["doors_*.ogg"], BLOWS_S),
    "thuds": ("minetest-data", ["default_dug_node*.ogg", "default_place_node*.ogg"], BLOWS_S),
    "digging": ("minetest-data", ["default_dig_c*.ogg", "default_gravel_d*.ogg", "default_ice_d*.ogg"], STEPS_S),
    "breaking": ("minetest-data", ["default_break_glass*.ogg", "default_tool_breaks*.ogg"], BLOWS_S),
    "shots": ("openarena-data", ["machgf*.wav", "sshotf*.wav", "ric?.wav"], BLOWS_S),
}


class Missing(Exception):
    """What isn't there that the recorded sounds need."""


def fetch(package, folder):
    """The folder with the package's files, fetched if it isn't there."""
    files = folder / package
    if files.exists():
        return files
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Missing(f"{program} isn't installed")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True)
    archives = sorted(folder.glob(f"{package}_*.deb"))
    if done.returncode or not archives:
        words = done.stderr.strip().splitlines()
        raise Missing(f"apt-get can't download {package} ({words[-1] if words else 'no reason given'})")
    unfinished = folder / f"{package}.unfinished"
    subprocess.run(["dpkg-deb", "-x", archives[-1], unfinished], check=True)
    for archive in unfinished.rglob("*.pk3"):
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.endswith((".wav", ".ogg"))]
            opened.extractall(archive.with_suffix(""), names)
    unfinished.rename(files)
    archives[-1].unlink()
    return files


def read(path):
    """A file in mono at RATE_HZ."""
    signal, rate_hz = soundfile.read(path, always_2d=True)
    common = np.gcd(RATE_HZ, rate_hz)
    return resample_poly(signal.mean(axis=1), RATE_HZ // common, rate_hz // common)


def loudest_rms(signal):
    length = round(LOUDEST_S * RATE_HZ)
    sums = np.concatenate([[0], np.cumsum(np.pad(signal, (0, length)) ** 2)])
    return np.sqrt((sums[length:] - sums[:-length]).max() / length)


def prompts(folder, language, chosen):
    package = fetch(f"asterisk-core-sounds-{language}-wav", folder)
    # Whole sentences: 3.5 to 8 s.
    paths = [path for path in package.rglob("*.wav") if 60_000 < path.stat().st_size < 130_000]
    others = ("beep", "tone", "silence")
    paths = sorted(path for path in paths if not any(word in part for part in path.parts[-2:] for word in others))
    for path in chosen.sample(paths, NUM_PROMPTS):
        prompt = read(path)
        spoken = np.abs(prompt) > 0.02 * np.abs(prompt).max()
        yield prompt * gain(VOICE_DBFS) / rms(prompt[spoken])


def mixed(voices, sounds, every_s, chosen):
    """The voices with pauses, and the sounds in the pauses."""
    parts, spans, position = [np.zeros(RATE_HZ // 2)], [], 0.5
    for voice in voices:
        length_s = len(voice) / RATE_HZ
        spans.append((position, position + length_s))
        parts += [voice, np.zeros(PAUSE_S * RATE_HZ)]
        position += length_s + PAUSE_S
    dialogue = np.concatenate(parts)
    added = np.zeros(len(dialogue))
    scale = gain(VOICE_DBFS + SOUND_RE_VOICE_DB) / max(loudest_rms(sound) for sound in sounds)
    start_s = 0.3
    while start_s < position - 3:
        sound = chosen.choice(sounds) * scale * gain(chosen.uniform(-3, 0))
        if not any(begin - 0.3 < start_s < end + 0.1 for begin, end in spans):
            begin = int(start_s * RATE_HZ)
            sound = sound[: len(added) - begin]
            added[begin : begin + len(sound)] += sound
        start_s += chosen.uniform(*every_s)
    return dialogue, added


def cases(folder, seed=1):
    """Name, dialogue without sounds, and sounds, of every class; RATE_HZ.

    Raises Missing before the first of them if something can't be had.
    """
    packages = {package: fetch(package, folder) for package, _, _ in CLASSES.values()}
    for package in VOICE_PACKAGES:
        fetch(package, folder)
    for class_idx, (name, (package, patterns, every_s)) in enumerate(CLASSES.items()):
        chosen = random.Random(100 * seed + class_idx)
        paths = sorted(path for pattern in patterns for path in packages[package].rglob(pattern))
        if not paths:
            raise Missing(f"{package} has no {patterns[0]}")
        language = LANGUAGES[class_idx % len(LANGUAGES)]
        voices = list(prompts(folder, language, chosen))
        dialogue, sounds = mixed(voices, [read(path) for path in paths], every_s, chosen)
        tone = np.random.default_rng(seed).standard_normal(len(dialogue)) * gain(ROOM_TONE_DBFS)
        yield name, dialogue, sounds + tone
