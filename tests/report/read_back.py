"""Reads the lists of `underscore check` back with programs that others wrote: OpenTimelineIO, its
CMX 3600 adapter and mido; and checks the origin against Broadcast Wave files that FFmpeg wrote. Needs
the PyPI packages opentimelineio, otio-cmx3600-adapter, mido and imageio-ffmpeg.

usage: read_back.py --cli UNDERSCORE --scene FOLDER --work FOLDER
"""

import argparse
import csv
import fractions
import json
import math
import pathlib
import subprocess

import imageio_ffmpeg
import mido
import opentimelineio as otio

START = "10:00:00:00"
RATES = {
    "23.976": 24000 / 1001,
    "24": 24.0,
    "25": 25.0,
    "29.97": 30000 / 1001,
    "29.97df": 30000 / 1001,
    "30": 30.0,
}


def lists(cli, scene, work, fps):
    """Writes every list and gives the paths by kind."""
    paths = {kind: work / f"{fps}.{kind}" for kind in ("json", "otio", "edl", "mid", "csv")}
    command = [cli, "check", scene / "dialogue.flac", scene / "music.flac"]
    command += ["--fps", fps, "--start", START, "--tempo", "92", "--meter", "3/4"]
    command += ["--json", paths["json"], "--otio", paths["otio"], "--edl", paths["edl"]]
    command += ["--markers", paths["mid"], "--reaper", paths["csv"]]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return paths


def check(paths, rate, is_drop_frame):
    def label(time):
        return otio.opentime.to_timecode(time, rate, is_drop_frame)

    report = json.loads(paths["json"].read_text())
    clashing = [line for line in report["lines"] if line["verdict"] != "clear"]
    assert clashing, "the scene has clashes"
    starts = [line["start"] for line in clashing]

    timeline = otio.adapters.read_from_file(str(paths["otio"]))
    origin = timeline.global_start_time
    assert label(origin).replace(";", ":") == START, origin
    markers = timeline.tracks.markers
    found = [label(origin + marker.marked_range.start_time) for marker in markers]
    assert found == starts, (found, starts)
    ends = [label(origin + marker.marked_range.end_time_exclusive()) for marker in markers]
    assert ends == [line["end"] for line in clashing], ends
    assert len(list(timeline.find_clips())) == 1

    edl = otio.adapters.read_from_file(str(paths["edl"]), rate=rate)
    clips = list(edl.find_clips())
    found = [label(clip.source_range.start_time) for clip in clips]
    assert found == starts, (found, starts)
    # The adapter passes over locators whose timecode has the semicolon of drop frame.
    if not is_drop_frame:
        located = [label(clip.markers[0].marked_range.start_time) for clip in clips]
        assert located == starts, (located, starts)

    midi = mido.MidiFile(paths["mid"])
    now_s, found_s = 0.0, []
    for message in midi:
        now_s += message.time
        if message.type == "marker":
            found_s.append(now_s)
    assert len(found_s) == len(clashing)
    for time_s, line in zip(found_s, clashing):
        assert abs(time_s - line["start_s"]) < 0.001, (time_s, line["start_s"])

    rows = list(csv.DictReader(paths["csv"].open(newline="")))
    assert [row["#"] for row in rows] == [f"R{idx + 1}" for idx in range(len(clashing))]


def check_origin(cli, scene, work):
    """The time reference that FFmpeg writes is where the timeline starts."""
    music, listing = work / "music.wav", work / "origin.otio"
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    references = [0, 1, 48000 * 3600, 172_872_000, 48000 * 86_399]
    for reference, form in zip(references, ["never", "always", "never", "always", "auto"]):
        command = [ffmpeg, "-y", "-v", "error", "-i", scene / "music.flac", "-c:a", "pcm_s24le"]
        command += ["-write_bext", "1", "-rf64", form, "-metadata", f"time_reference={reference}"]
        subprocess.run([str(part) for part in command + [music]], check=True)
        for fps in ["23.976", "25", "29.97df", "60"]:
            command = [cli, "check", scene / "dialogue.flac", music, "--fps", fps, "--otio", listing]
            subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
            start = otio.adapters.read_from_file(str(listing)).global_start_time
            rate = fractions.Fraction(round(start.rate * 1001), 1001)
            expected = math.floor(fractions.Fraction(reference, 48000) * rate)
            assert start.value == expected, (reference, fps, start, expected)


def main():
    parser = argparse.ArgumentParser()
    for name in ("cli", "scene", "work"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    for fps, rate in RATES.items():
        check(lists(args.cli, args.scene, args.work, fps), rate, fps.endswith("df"))
        print(f"lists at {fps} frames per second: read back")
    check_origin(args.cli, args.scene, args.work)
    print("origin of files by FFmpeg: read")


main()
