#!/usr/bin/env python3
"""Measures this project's duck beside others, on scenes of one's own.

A folder holds pairs `dialogue_NN.flac` and `music_NN.flac` (48 kHz) and, where wanted, what is said in
`transcript_NN.txt`. Two tables come out: the presets over all scenes, beside a broadband duck and a
fixed dip that lose what the default loses on average; and all ducks at the same loss on each scene,
where what ESTOI gained is given as a multiple of what the broadband duck gains at that very loss.
With --full also HASPI and HAAQI and, where there are transcripts, the word errors of a recogniser.

Usage:
    python tests/duck/table.py --binary target/release/underscore [--full] FOLDER

Exit status: 0 if the tables were made, 2 if they couldn't be.
"""

import argparse
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

import baselines
from scene import Scene, Unreadable, read

PRESETS = ("gentle", "balanced", "firm")
LOSSES_LU = (1, 2, 3)


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
        command = [self.binary, "duck", scene.dialogue_path, scene.music_path, "-o", output, *flags]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unreadable(done.stderr.strip())
        return read(output)[: len(scene.music)]

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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")

    files = list(scenes_in(arguments.folder))
    quality = None
    if arguments.full:
        from quality import Quality

        quality = Quality()
    presets = {name: [] for name in ("untouched", *PRESETS)}
    equal = {name: {loss: [] for loss in LOSSES_LU} for name in ("this duck", *baselines.ALL)}
    gentle = "this duck, gentle"
    equal[gentle] = {1: []}
    fixed = {"broadband duck, 2 LU": 2.0, "fixed dip, 2 LU": 2.0}
    presets |= {name: [] for name in fixed}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments.binary, quality, Path(folder))
        for number, *paths in files:
            print(f"scene {number}", file=sys.stderr, flush=True)
            scene = Scene(number, *paths)
            spectra = baselines.Spectra(scene)
            presets["untouched"].append(bench.figures(scene, scene.music))
            for name in PRESETS:
                figures = bench.figures(scene, bench.ducked(scene, "--preset", name))
                presets[name].append(figures)
            for loss in LOSSES_LU:
                for name, curve in baselines.ALL.items():
                    figures = bench.figures(scene, baselines.matched(spectra, curve, loss))
                    equal[name][loss].append(figures)
                    if f"{name}, {loss} LU" in fixed:
                        presets[f"{name}, {loss} LU"].append(figures)
                ducked = bench.ducked(scene, "--amount-lu", str(loss))
                equal["this duck"][loss].append(bench.figures(scene, ducked))
            ducked = bench.ducked(scene, "--preset", "gentle", "--amount-lu", "1")
            equal[gentle][1].append(bench.figures(scene, ducked))
            # What a plain fader gains at the loss of each: nearly a straight line.
            points = [(0.0, 0.0)]
            points += [
                (row[-1]["loss"], row[-1]["gain"]) for row in equal["broadband duck"].values()
            ]
            for by_loss in equal.values():
                for row in by_loss.values():
                    row[-1]["broadband"] = float(np.interp(row[-1]["loss"], *zip(*points)))
    print_presets(presets)
    print_equal_loss(equal)


if __name__ == "__main__":
    try:
        main()
    except Unreadable as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
