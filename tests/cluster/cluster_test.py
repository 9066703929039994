"""The workflow of `cluster/` on a real Slurm of one machine: 60 short reels out of the demo scene, one of them
broken, one job killed midway. The summary has all of them, names the broken one, and nothing was done twice.

Needs root, Debian's slurm-wlm and munge, and the PyPI packages of requirements.txt.

usage: cluster_test.py --cli UNDERSCORE --scene FOLDER --workflow SNAKEFILE --figures FILE
"""

import argparse
import csv
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time

import soundfile
from slurm_machine import PREFIX, SlurmMachine, end_with_parent

NUM_REELS = 60
NUM_SHARDS = 6
REEL_S = 20
BROKEN = "R17"
LANGUAGES = ["de", "es", "fr"]
PATIENCE_S = 170
DONE = re.compile(r"^underscore: (R\d+): done$", re.MULTILINE)
SUM = re.compile(r"^underscore: (\d+) done now, (\d+) done before, (\d+) failed$", re.MULTILINE)


def make_catalogue(scene, folder):
    """Reels that begin elsewhere and are louder or softer; what one of them has for music is none."""
    dialogue, rate = soundfile.read(scene / "dialogue.flac", dtype="float32", always_2d=True)
    music, _ = soundfile.read(scene / "music.flac", dtype="float32", always_2d=True)
    rows = [["name", "dialogue", "music", "language", "cue"]]
    for reel in range(NUM_REELS):
        name, start = f"R{reel:02}", int(rate * 0.2 * reel)
        end, gain = start + REEL_S * rate, 10 ** ((reel % 12 - 6) / 20)
        files = [f"{name}_{side}.wav" for side in ["dialogue", "music"]]
        soundfile.write(folder / files[0], dialogue[start:end], rate, subtype="PCM_24")
        soundfile.write(folder / files[1], 0.5 * gain * music[start:end], rate, subtype="PCM_24")
        if name == BROKEN:
            (folder / files[1]).write_bytes(b"no music at all")
        rows.append([name, *files, LANGUAGES[reel % len(LANGUAGES)], f"{reel // 10 + 1}M1"])
    with (folder / "reels.csv").open("w", newline="") as manifest:
        csv.writer(manifest).writerows(rows)


def kill_one_job(reports, killed):
    """Kills the first job that has done some of its reels and not yet all."""
    while not killed:
        for log in reports.glob("log/*.txt"):
            text = log.read_text(errors="replace")
            if not 2 <= len(DONE.findall(text)) <= 4 or SUM.search(text):
                continue
            number = log.stem.split("-")[0]
            # Snakemake keeps what a job says under its number.
            slurm_logs = reports.parent.glob(f".snakemake/slurm_logs/rule_shard/{number}/*.log")
            job = max((int(path.stem) for path in slurm_logs), default=None)
            if job is None:
                continue
            killed.append(log)
            # The steps as well: a job of Snakemake starts one.
            subprocess.run(["scancel", "--signal=KILL", "--full", str(job)], check=True)
            return
        time.sleep(0.02)


def run_workflow(args, slurm, folder):
    snakemake = [sys.executable, "-m", "snakemake", "--snakefile", args.workflow, "--directory", folder]
    where = ["--executor", "slurm", "--jobs", str(NUM_SHARDS), "--slurm-no-account", "--default-resources", "slurm_partition=reels"]
    soon = ["--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2", "--latency-wait", "10"]
    soon += ["--slurm-status-command", "squeue"]
    own = ["--config", f"underscore={args.cli}", f"shards={NUM_SHARDS}", "mem_mb=100", "minutes=10"]
    log = folder / "snakemake.txt"
    with log.open("wb") as out:
        command = [*snakemake, *where, *soon, *own]
        env = dict(os.environ, HOME=str(folder))
        run = subprocess.Popen(command, env=env, stdout=out, stderr=out, preexec_fn=end_with_parent)
        try:
            code = run.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            code = None
            run.kill()
            run.wait()
    if code is None:
        # Everybody's words, since it hangs between them.
        said = [slurm.said("squeue", "--states=all"), slurm.said("sinfo"), log.read_text()[-3000:]]
        said += [path.read_text(errors="replace")[-1500:] for path in slurm.folder.glob("*.log")]
        said += [path.read_text(errors="replace")[-1500:] for path in folder.glob(".snakemake/slurm_logs/**/*.log")]
        raise RuntimeError("\n".join([f"not done within {PATIENCE_S} s", *said]))
    return code, log.read_text()


def check_summary(reports):
    summary = json.loads((reports / "summary.json").read_text())
    counts = {state: summary[state] for state in ["checked", "doubtful", "failed", "missing"]}
    assert counts == {"checked": NUM_REELS - 1, "doubtful": 0, "failed": 1, "missing": 0}, counts
    first, *others = summary["pairs"]
    assert first["name"] == BROKEN and "is not audio" in first["reason"], first
    clash = [pair["clash_percent"] for pair in others]
    assert clash == sorted(clash, reverse=True) and clash[0] > 20 > clash[-1], clash
    by = {grouping["by"]: grouping["groups"] for grouping in summary["by"]}
    assert sorted(group["name"] for group in by["language"]) == LANGUAGES
    assert sum(group["pairs"] for group in by["language"]) == NUM_REELS - 1
    assert len(by["cue"]) == NUM_REELS // 10
    assert BROKEN in (reports / "summary.html").read_text()
    assert (reports / "summary.code").read_text().strip() == "2"


def check_work(reports, killed):
    """Every reel was done once, by whichever job."""
    logs = {log: log.read_text() for log in sorted(reports.glob("log/*.txt"))}
    done = [name for text in logs.values() for name in DONE.findall(text)]
    assert len(done) == len(set(done)), sorted(done)
    # One that was killed between the name of its report and its word was done, and not told.
    assert NUM_REELS - 2 <= len(done) <= NUM_REELS - 1, len(done)
    text = logs[killed]
    before = [int(it) for _, it, _ in SUM.findall(text)]
    assert len(before) == 1 and before[0] >= 2, f"the job that was killed went on from {before}"
    assert all(len(SUM.findall(text)) == 1 for text in logs.values())
    partial = list(reports.rglob("*.partial"))
    assert not partial, partial


def check_against_one_run(args, folder, reports):
    """One run on one machine comes to the same bytes."""
    whole = folder / "whole"
    whole.mkdir()
    run = [args.cli, "check", "--manifest", "reels.csv", "--json", "whole/{name}.json"]
    assert subprocess.run(run, cwd=folder, capture_output=True).returncode == 2
    merge = [args.cli, "merge", "whole", "--manifest", "reels.csv", "--report", "one.html", "--csv", "one.csv", "--json", "one.json"]
    assert subprocess.run(merge, cwd=folder, capture_output=True).returncode == 2
    for form in ["html", "csv", "json"]:
        assert (folder / f"one.{form}").read_bytes() == (reports / f"summary.{form}").read_bytes(), form
    for path in whole.iterdir():
        assert path.read_bytes() == (reports / "pairs" / path.name).read_bytes(), path.name


def measure(args, folder):
    """Processor time of whole runs on one core, s: what a reel costs, and what comes on top of its length."""

    def seconds(reels, *flags):
        row = "{0},R{0:02}_dialogue.wav,R{0:02}_music.wav\n".format
        (folder / "some.csv").write_text("name,dialogue,music\n" + "".join(map(row, reels)))
        command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), args.cli, "check"]
        command += ["--manifest", "some.csv", "--shard", "1/1", *flags]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    json_flags, reels = ["--json", "one_{name}.json"], list(range(1, 12))
    one = min(seconds(reels[:1], *json_flags) for _ in range(2))
    many = min(seconds(reels, *json_flags) for _ in range(2))
    bare = min(seconds(reels) for _ in range(2))
    again = min(seconds(reels, *json_flags, "--resume") for _ in range(2))
    per_reel = (many - one) / (len(reels) - 1)
    return {
        f"reel_of_{REEL_S}_s": per_reel,
        "start_of_the_program": one - per_reel,
        "report_and_digests_of_a_reel": (many - bare) / len(reels),
        "reel_done_before": (again - (one - per_reel)) / len(reels),
    }


def main():
    parser = argparse.ArgumentParser()
    for name in ["cli", "scene", "workflow", "figures"]:
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    # Not below the repository, which others than root may not be allowed to enter.
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        reels, machine, reports = folder / "reels", folder / "slurm", folder / "reels" / "reports"
        for path in [reels, machine]:
            path.mkdir()
        make_catalogue(args.scene, reels)
        cpus = len(os.sched_getaffinity(0))
        with SlurmMachine(machine, cpus) as slurm:
            killed = []
            killer = threading.Thread(target=kill_one_job, args=[reports, killed], daemon=True)
            killer.start()
            start = time.monotonic()
            code, said = run_workflow(args, slurm, reels)
            took_s = time.monotonic() - start
        try:
            assert killed, "no job was killed"
            assert code == 1, f"a broken reel ends red, not with {code}"
            check_summary(reports)
            check_work(reports, killed[0])
            check_against_one_run(args, reels, reports)
        except AssertionError:
            print(said[-6000:], file=sys.stderr)
            for log in sorted(reports.glob("log/*.txt")):
                print(f"-- {log.name}\n{log.read_text()}", file=sys.stderr)
            raise
        figures = {"workflow": took_s, "cpus": cpus, **measure(args, reels)}
    args.figures.write_text(json.dumps({key: round(it, 3) for key, it in figures.items()}, indent=2) + "\n")
    print(f"cluster: {NUM_REELS} reels in {NUM_SHARDS} jobs, one killed: {took_s:.0f} s; {args.figures}")


if __name__ == "__main__":
    main()
