#!/usr/bin/env python3
"""Measures this project's duck beside others, on scenes of one's own.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (48 kHz) and, where wanted, what is said in
`transcript_NN.txt`. Two tables come out: the presets over all scenes, beside a broadband duck and a
fixed dip that lose what the default loses on average; and all ducks at the same loss on each scene,
where what ESTOI gained is given as a multiple of what the broadband duck gains at that very loss. For
that each has its knob, this project's duck its Amount, turned until the loss is met.
With --full also HASPI and HAAQI and, where there are transcripts, the word errors of a recogniser.

Usage:
    python tests/duck/table.py --binary target/release/underscore [--full] [--jobs N] FOLDER

Exit status: 0 if the tables were made, 2 if they couldn't be.
"""

import os

# Scenes are measured side by side: one thread for each. NumPy reads this when it is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import baselines
from scene import Scene, Unreadable, read

PRESETS = ("gentle", "balanced", "firm")
LOSSES_LU = (1, 2, 3)
# Baselines of which the first table has a row, at this loss.
FIXED = ("broadband duck", "fixed dip")
FIXED_LU = 2
GENTLE = "this duck, gentle"
# The single pass, beside the two that are the rule.
LIVE = "live"
# How closely Amount is to meet a loss, and in how many runs; its range.
CLOSE_LU = 0.01
NUM_RUNS = 10
AMOUNT_LU = (0.0, 6.0)
# More would need more memory than most machines have: with --full a process takes 2 GB.
MOST_JOBS = 4


def mean(values):
    values = [value for value in values if value is not None and not np.isnan(value)]
    return float(np.mean(values)) if values else None


def shown(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def scenes_in(folder):
    found = sorted(folder.glob("dialogue_*.flac"))
    if not found:
        raise Unreadable(f"{folder}: no file dialogue_NN.flac in it")
    for dialogue in found:
        number = dialogue.stem.removeprefix("dialogue_")
        music = folder / f"music_{number}.flac"
        if not music.exists():
            raise Unreadable(f"{music}: missing; {dialogue.name} needs it")
        transcript = folder / f"transcript_{number}.txt"
        yield number, dialogue, music, transcript if transcript.exists() else None


class Bench:
    def __init__(self, binary, quality, folder):
        self.binary, self.quality, self.folder = binary, quality, folder

    def ducked(self, scene, *flags):
        """The music as this project ducks it."""
        output = self.folder / "ducked.wav"
        command = [self.binary, "duck", "--look-ahead", "0", scene.dialogue_path, scene.music_path, "-o", output, *flags]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unreadable(done.stderr.strip())
        return read(output)[: len(scene.music)]

    def matched(self, scene, loss_lu, *flags):
        """The same with the Amount at which it loses `loss_lu`, or the one nearest to it."""
        low, high = AMOUNT_LU
        amount, best, best_error = loss_lu, None, np.inf
        for _ in range(NUM_RUNS):
            ducked = self.ducked(scene, *flags, "--amount-lu", f"{amount:.4f}")
            error = scene.loss_lu(ducked) - loss_lu
            if abs(error) < best_error:
                best, best_error = ducked, abs(error)
            if abs(error) < CLOSE_LU:
                break
            low, high = (low, amount) if error > 0.0 else (amount, high)
            amount = 0.5 * (low + high)
        return best

    def figures(self, scene, music):
        """All figures of one ducked music."""
        estoi = scene.estoi(music)
        row = {
            "loss": scene.loss_lu(music),
            "clear": scene.loss_lu(music) if scene.is_clear else None,
            "estoi": estoi,
            "gain": estoi - scene.estoi_before,
        }
        if self.quality:
            row["haaqi"] = self.quality.haaqi(scene.music, music)
            row["haspi"] = self.quality.haspi(scene, music)
            if scene.transcript_path:
                row["errors"] = self.quality.word_errors(scene, music)
        return row


def print_presets(rows):
    print("\nover all scenes, nothing set per scene:\n")
    print(
        "| | loss, LU | ... where clear | ESTOI, mean / worst | HASPI | word errors, % | HAAQI |\n"
        "|---|---:|---:|---:|---:|---:|---:|"
    )
    for name, row in rows.items():
        column = lambda key: mean(figures.get(key) for figures in row)
        errors = column("errors")
        worst = min(figures["estoi"] for figures in row)
        cells = [
            shown(column("loss"), 2),
            shown(column("clear"), 2),
            f"{column('estoi'):.3f} / {worst:.3f}",
            shown(column("haspi"), 3),
            shown(None if errors is None else 100.0 * errors, 1),
            shown(column("haaqi"), 3),
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def print_equal_loss(rows):
    print("\nat equal loss: ESTOI gained / that of the broadband duck at the loss of each scene; HAAQI:\n")
    print("| | " + " | ".join(f"{loss} LU" for loss in LOSSES_LU) + " | lost, LU |")
    print("|---|" + "---:|" * (len(LOSSES_LU) + 1))
    for name, by_loss in rows.items():
        cells, lost = [], []
        for loss in LOSSES_LU:
            row = by_loss.get(loss)
            if row is None:
                cells.append("-")
                lost.append("-")
                continue
            ratio = sum(f["gain"] for f in row) / max(sum(f["broadband"] for f in row), 1e-6)
            haaqi = shown(mean(f.get("haaqi") for f in row), 3)
            cells.append(f"{ratio:.2f}; {haaqi}")
            low, high = min(f["loss"] for f in row), max(f["loss"] for f in row)
            lost.append(f"{low:.2f} to {high:.2f}")
        print(f"| {name} | {' | '.join(cells)} | {', '.join(lost)} |")


def measured(number, paths, binary, is_full):
    """The rows of one scene: presets by name, and equal losses by name and loss."""
    warnings.filterwarnings("ignore")
    quality = None
    if is_full:
        from quality import Quality

        quality = Quality()
    scene = Scene(number, *paths)
    spectra = baselines.Spectra(scene)
    presets, equal = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(binary, quality, Path(folder))
        presets["untouched"] = bench.figures(scene, scene.music)
        for name in PRESETS:
            presets[name] = bench.figures(scene, bench.ducked(scene, "--preset", name))
            live = bench.ducked(scene, "--preset", name, "--live")
            presets[f"{name}, {LIVE}"] = bench.figures(scene, live)
        for loss in LOSSES_LU:
            for name, curve in baselines.ALL.items():
                figures = bench.figures(scene, baselines.matched(spectra, curve, loss))
                equal[name, loss] = figures
                if name in FIXED and loss == FIXED_LU:
                    presets[f"{name}, {loss} LU"] = figures
            equal["this duck", loss] = bench.figures(scene, bench.matched(scene, loss))
            live = bench.matched(scene, loss, "--live")
            equal[f"this duck, {LIVE}", loss] = bench.figures(scene, live)
        gentle = bench.matched(scene, 1, "--preset", "gentle")
        equal[GENTLE, 1] = bench.figures(scene, gentle)
    # What a plain fader gains at the loss of each: nearly a straight line.
    points = [(0.0, 0.0)]
    for loss in LOSSES_LU:
        broadband = equal["broadband duck", loss]
        points.append((broadband["loss"], broadband["gain"]))
    for row in equal.values():
        row["broadband"] = float(np.interp(row["loss"], *zip(*points)))
    return presets, equal


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--jobs", type=int, default=min(MOST_JOBS, os.cpu_count() or 1))
    arguments = parser.parse_args()

    files = list(scenes_in(arguments.folder))
    presets, equal = {}, {}
    with ProcessPoolExecutor(max_workers=max(1, min(arguments.jobs, len(files)))) as pool:
        scenes = [
            pool.submit(measured, number, paths, arguments.binary, arguments.full)
            for number, *paths in files
        ]
        for (number, *_), scene in zip(files, scenes):
            scene_presets, scene_equal = scene.result()
            print(f"scene {number}", file=sys.stderr, flush=True)
            for name, row in scene_presets.items():
                presets.setdefault(name, []).append(row)
            for (name, loss), row in scene_equal.items():
                equal.setdefault(name, {}).setdefault(loss, []).append(row)
    print_presets(presets)
    print_equal_loss(equal)


if __name__ == "__main__":
    try:
        main()
    except Unreadable as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
