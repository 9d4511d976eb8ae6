"""No verdict is false because the machine is busy."""

import subprocess
import sys

from .bench import ROOT

SUBJECTS = {
    "faults": ["faults"],
    "matrix": [
        "matrix",
        "--participants", "c-gcc,rust",
        "--targets", "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu",
        "--encodings", "text,raw-long,raw-mixed,network,der",
        "--sample", "0",
    ],
}

LOOP = "while True: pass"


class Busy:
    """Two loops that never sleep."""

    def __enter__(self):
        self.loops = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(2)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


class Building:
    """A build of the whole workspace, again and again, in a folder of its own."""

    def __init__(self, bench):
        self.folder = bench.folder / "built"

    def __enter__(self):
        script = f"cd {ROOT} && while cargo build --workspace --locked --quiet --target-dir {self.folder}; do rm -rf {self.folder}; done"
        self.shell = subprocess.Popen(["sh", "-c", script], start_new_session=True)

    def __exit__(self, *_):
        subprocess.run(["kill", "-KILL", "--", f"-{self.shell.pid}"], check=False)
        self.shell.wait()


def run(bench, table):
    for name in bench.only(SUBJECTS):
        # What is built once is built before.
        first = bench.run([*SUBJECTS[name]])
        if first.status != 0:
            table.row(f"`{name}`, before any load", 0, 1, first.said())
            continue
        for load, beside, rounds in [
            (Busy(), "two busy loops", bench.options.rounds),
            (Building(bench), "a full build", bench.options.builds),
        ]:
            if rounds == 0:
                print(f"   not asked for: `{name}` beside {beside}", file=sys.stderr, flush=True)
                continue
            with load:
                ran = [bench.run(SUBJECTS[name]) for _ in range(rounds)]
            held = sum(one.status == 0 for one in ran)
            slowest, quickest = (round(pick(one.seconds for one in ran)) for pick in (max, min))
            bad = next((f"; status {one.status}: {told(one)}" for one in ran if one.status != 0), "")
            table.row(f"`{' '.join(SUBJECTS[name])}` beside {beside}", held, rounds, f"{quickest} to {slowest} s{bad}")
    bench.wait_for_the_end_of_all()


def told(ran):
    """What a run that did not hold says of it."""
    lines = [line.strip() for line in ran.out.splitlines() if "BROKEN" in line or "could not run" in line]
    return " / ".join(lines[:3]) or ran.said()
