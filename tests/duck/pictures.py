#!/usr/bin/env python3
"""Draws one line of the demo scene before and after the duck, live and learned, and both curves of its cut.

Usage:
    python tests/duck/pictures.py --binary target/release/underscore --scene assets/demo --docs docs

Writes duck-spectrogram.png and duck-curve.png.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import soundfile
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

# The line "Close the north gate before the sea comes in.", which a tutti hides, and what is round it.
FROM_S, TO_S = 4.2, 9.0
LINE_S = (4.95, 7.52)
LOW_HZ, HIGH_HZ = 90.0, 11_500.0
TICKS_HZ = (125, 250, 500, 1000, 2000, 4000, 8000)


def spectrogram(samples, rate_hz):
    transform = ShortTimeFFT(hann(2048, sym=False), 256, rate_hz, scale_to="psd")
    power = np.abs(transform.stft(samples)) ** 2
    return transform.t(len(samples)), transform.f, 10.0 * np.log10(power + 1e-16)


def dress(axes, title):
    axes.set_yscale("log")
    axes.set_ylim(LOW_HZ, HIGH_HZ)
    axes.set_yticks(TICKS_HZ, [f"{hz // 1000} k" if hz >= 1000 else str(hz) for hz in TICKS_HZ])
    axes.minorticks_off()
    axes.set_xlim(FROM_S, TO_S)
    axes.set_ylabel("Hz")
    axes.set_title(title, loc="left", fontsize=9)
    for edge_s in LINE_S:
        axes.axvline(edge_s, color="white", linewidth=0.8, linestyle=":")


def draw_spectrograms(clips, rate_hz, path):
    figure, panels = plt.subplots(len(clips), 1, figsize=(8, 9), sharex=True, layout="constrained")
    for axes, (title, samples) in zip(panels, clips.items()):
        times, hz, level_db = spectrogram(samples, rate_hz)
        within_s = (times >= FROM_S) & (times <= TO_S)
        within_hz = (hz >= LOW_HZ / 1.2) & (hz <= HIGH_HZ * 1.1)
        part = level_db[np.ix_(within_hz, within_s)]
        axes.pcolormesh(
            times[within_s], hz[within_hz], part, vmin=-110, vmax=-45, cmap="magma", rasterized=True
        )
        dress(axes, title)
    panels[-1].set_xlabel("s")
    figure.savefig(path, dpi=60)


def curve_of(rows):
    times = np.array([float(row["time_s"]) for row in rows])
    columns = [name for name in rows[0] if name.startswith("cut_db_")]
    centres_hz = np.array([float(name.split("_")[2]) for name in columns])
    cuts_db = np.array([[float(row[name]) for name in columns] for row in rows])
    loss_lu = np.array([float(row["loss_lu"]) for row in rows])
    within = (times >= FROM_S) & (times <= TO_S)
    return times[within], centres_hz, cuts_db[within].T, loss_lu[within]


def draw_curves(curves, path):
    """curves: the rows of `--curve` by title."""
    drawn = {title: curve_of(rows) for title, rows in curves.items()}
    deepest_db = max(cuts_db.max() for _, _, cuts_db, _ in drawn.values())
    figure, panels = plt.subplots(
        len(drawn) + 1, 1, figsize=(8, 7), sharex=True, layout="constrained",
        height_ratios=[3] * len(drawn) + [2],
    )
    styles = ((0, (4, 2)), "solid")
    for axes, (title, (times, centres_hz, cuts_db, loss_lu)), style in zip(panels, drawn.items(), styles):
        mesh = axes.pcolormesh(
            times, centres_hz, cuts_db, cmap="viridis", vmin=0.0, vmax=deepest_db, rasterized=True
        )
        dress(axes, f"Cut per band, {title}")
        panels[-1].plot(times, loss_lu, color="black", linewidth=1.0, linestyle=style, label=title)
    figure.colorbar(mesh, ax=panels[:-1], label="dB")
    for edge_s in LINE_S:
        panels[-1].axvline(edge_s, color="grey", linewidth=0.8, linestyle=":")
    panels[-1].set_ylabel("lost, LU")
    panels[-1].set_xlabel("s")
    panels[-1].legend(loc="upper right", frameon=False, fontsize=8)
    figure.savefig(path, dpi=60)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("binary", "scene", "docs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    dialogue_path, music_path = (arguments.scene / f"{n}.flac" for n in ("dialogue", "music"))
    ducked, curves = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        output, curve = Path(folder) / "ducked.wav", Path(folder) / "curve.csv"
        for title, flags in {"live": ["--live"], "learned": []}.items():
            command = [arguments.binary, "duck", "--look-ahead", "0", *flags]
            command += [dialogue_path, music_path, "-o", output, "--curve", curve]
            subprocess.run(command, check=True)
            ducked[title], rate_hz = soundfile.read(output, always_2d=True)
            curves[title] = list(csv.DictReader(curve.open(newline="")))
    dialogue, music = (soundfile.read(p, always_2d=True)[0] for p in (dialogue_path, music_path))
    clips = {
        "Dialogue": dialogue.mean(axis=1),
        "Music": music.mean(axis=1),
    }
    clips |= {f"Music, ducked {title}": samples.mean(axis=1) for title, samples in ducked.items()}
    draw_spectrograms(clips, rate_hz, arguments.docs / "duck-spectrogram.png")
    draw_curves(curves, arguments.docs / "duck-curve.png")


if __name__ == "__main__":
    main()
