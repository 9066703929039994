"""A Slurm cluster of this one machine, with a munge of its own, all below one folder but for a link where Slurm's
programs look for their settings. It all ends with the process that started it, however that ends."""

import ctypes
import os
import pathlib
import pwd
import secrets
import signal
import socket
import subprocess
import time

CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN
PartitionName=reels Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""

# Where Debian's programs look. Jobs of Snakemake forget every variable that begins with SLURM_, so SLURM_CONF
# doesn't reach them.
SYSTEM_CONF = pathlib.Path("/etc/slurm/slurm.conf")
# What the name of the folder of a test begins with.
PREFIX = "underscore-cluster-"
PATIENCE_S = 30
PR_SET_PDEATHSIG = 1


def free_ports(count):
    """Ports on which nobody listens."""
    sockets = [socket.socket() for _ in range(count)]
    for it in sockets:
        it.bind(("", 0))
    ports = [it.getsockname()[1] for it in sockets]
    for it in sockets:
        it.close()
    return ports


def end_with_parent():
    """Ends the process when the one that started it ends, even by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_all_in(folder):
    """Ends every process that works in `folder` or has a file of it open: jobs and their steps outlive the
    daemons that started them."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            links = [process / "cwd", *(process / "fd").iterdir()]
            if any(is_in(link, folder) for link in links):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            # It has ended by itself.
            continue


def is_in(link, folder):
    try:
        return os.readlink(link).startswith(f"{folder}/")
    except OSError:
        return False


class SlurmMachine:
    """Used as `with SlurmMachine(folder) as slurm`, on a machine that has no Slurm of its own."""

    def __init__(self, folder, cpus):
        self.folder = pathlib.Path(folder)
        self.cpus = cpus
        self.daemons = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        host = socket.gethostname().split(".")[0]
        for name in ["munge", "state", "spool"]:
            (self.folder / name).mkdir(mode=0o755)
        conf = CONF.format(
            host=host, ports=free_ports(2), folder=self.folder, cpus=self.cpus, memory_mb=self.cpus * 500
        )
        (self.folder / "slurm.conf").write_text(conf)
        # A test that was killed has left it.
        if SYSTEM_CONF.is_symlink() and PREFIX in str(SYSTEM_CONF.readlink()):
            end_all_in(SYSTEM_CONF.readlink().parent.parent)
            SYSTEM_CONF.unlink()
        SYSTEM_CONF.symlink_to(self.folder / "slurm.conf")
        self.start_munge()
        self.daemon("slurmctld", "-D", "-i")
        self.daemon("slurmd", "-D", "-N", host)
        self.wait_until("the node is idle", lambda: "idle" in self.said("sinfo", "--noheader", "-o", "%t"))

    def start_munge(self):
        """Munge wants to be a user of its own, with a key that nobody else reads."""
        own, munge = self.folder / "munge", pwd.getpwnam("munge")
        key = own / "key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        for path in [own, key]:
            os.chown(path, munge.pw_uid, munge.pw_gid)
        files = [f"--{name}={own / name.split('-')[0]}" for name in ["key-file", "socket", "pid-file", "seed-file"]]
        self.daemon("munged", "--foreground", *files, f"--log-file={own / 'log'}", user="munge")
        self.wait_until("munge answers", (own / "socket").exists)

    def daemon(self, program, *arguments, user=None):
        log = (self.folder / f"{program}.out").open("wb")
        path = f"/usr/sbin/{program}"
        daemon = subprocess.Popen(
            *[[path, *arguments]],
            **{"user": user, "group": user, "extra_groups": [] if user else None},
            **{"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "preexec_fn": end_with_parent},
        )
        self.daemons.append(daemon)

    def said(self, *command):
        """What a command of Slurm says."""
        run = subprocess.run(command, capture_output=True, text=True)
        return run.stdout

    def wait_until(self, what, is_so):
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            ended = [it.args[0] for it in self.daemons if it.poll() is not None]
            if ended or time.monotonic() > end:
                logs = [path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log")]
                raise RuntimeError(f"waited until {what}; ended: {ended}\n" + "\n".join(logs))
            time.sleep(0.1)

    def stop(self):
        """Ends all jobs, then the daemons, the last that was started first."""
        if len(self.daemons) > 2:
            subprocess.run(["scancel", "--user=root", "--signal=KILL", "--full"], capture_output=True)
            end = time.monotonic() + 5
            while self.said("squeue", "--noheader", "--states=RUNNING,COMPLETING") and time.monotonic() < end:
                time.sleep(0.1)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        end_all_in(self.folder.parent)
        self.daemons = []
        if SYSTEM_CONF.is_symlink() and SYSTEM_CONF.readlink() == self.folder / "slurm.conf":
            SYSTEM_CONF.unlink()
