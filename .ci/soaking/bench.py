"""A place to run crossum in, what a run left there, and the table of what held."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# prctl(2)
PR_SET_CHILD_SUBREAPER = 36

# What a compiler that was not killed needs to finish, on a busy machine.
FINISHED_WITHIN = 120

HELD, FAILED, COULD_NOT_RUN = 0, 1, 3


class Table:
    """What was tried, and what held."""

    def __init__(self):
        self.rows = []
        self.not_tried = False

    def row(self, tried, held, of, seen=""):
        self.rows.append((tried, held, of, seen))
        state = "held" if held == of else "NOT HELD"
        print(f"   {state}: {tried}: {held} of {of} {seen}", file=sys.stderr, flush=True)

    def could_not_run(self, tried, why):
        self.not_tried = True
        self.rows.append((tried, None, None, f"could not run: {why}"))
        print(f"   could not run: {tried}: {why}", file=sys.stderr, flush=True)

    def markdown(self):
        lines = ["| tried | held | seen |", "|---|---|---|"]
        for tried, held, of, seen in self.rows:
            counted = "" if held is None else f"{held} of {of}"
            lines.append(f"| {tried} | {counted} | {seen} |")
        return "\n".join(lines)

    def status(self):
        if any(held != of for _, held, of, _ in self.rows):
            return FAILED
        return COULD_NOT_RUN if self.not_tried else HELD


class Ran:
    """How a run ended."""

    def __init__(self, status, out, errors, seconds):
        self.status, self.out, self.errors, self.seconds = status, out, errors, seconds

    def said(self):
        """The last words, in one line."""
        lines = (self.errors.strip() or self.out.strip()).splitlines()
        return lines[-1].strip() if lines else ""


class Bench:
    """A folder with a cache, a temporary folder and a place for reports. All that is started becomes a child of this process when its parent is gone, so that nothing can hide."""

    def __init__(self, options):
        self.options = options
        # Variables of every run from now on.
        self.more = {}

    def __enter__(self):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.folder = Path(tempfile.mkdtemp(prefix="soak-"))
        for name in ("cache", "tmp", "reports", "work"):
            (self.folder / name).mkdir(mode=0o700)
        self.cache = self.options.cache.resolve() if self.options.cache else self.folder / "cache"
        self.crossum = self.options.crossum or built()
        self.crossum = Path(self.crossum).resolve()
        return self

    def __exit__(self, *_):
        for pid in children():
            end(pid)
        shutil.rmtree(self.folder, ignore_errors=True)

    def only(self, names):
        """Those of these names that were asked for."""
        wanted = [name for name in self.options.commands.split(",") if name]
        return [name for name in names if not wanted or name in wanted]

    def environment(self, more=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CROSSUM_")}
        environment |= {
            "CROSSUM_CACHE": str(self.cache),
            "CROSSUM_WORKSPACE": str(ROOT),
            "TMPDIR": str(self.folder / "tmp"),
            "NO_COLOR": "1",
        }
        return environment | self.more | (more or {})

    def start(self, args, environment=None, folder=None, before=()):
        """Starts crossum; `before` are words that start it."""
        return subprocess.Popen(
            [*before, self.crossum, *args],
            cwd=folder or self.folder / "work",
            env=self.environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def run(self, args, limit=1200, **how):
        began = time.monotonic()
        process = self.start(args, **how)
        try:
            out, errors = process.communicate(timeout=limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            status = None
        return Ran(status, out, errors, time.monotonic() - began)

    def wait_for_the_end_of_all(self):
        """Waits until no process is left. Says who is left when that takes too long, and ends them."""
        until = time.monotonic() + FINISHED_WITHIN
        while left := children():
            reap()
            if time.monotonic() > until:
                told = [f"{pid} {command(pid)}" for pid in left]
                for pid in left:
                    end(pid)
                return told
            time.sleep(0.02)
        return []

    def temporary(self):
        """What is in the temporary folder, and what is worked in below the cache."""
        left = [path.name for path in (self.folder / "tmp").iterdir()]
        left += [str(path.relative_to(self.cache)) for path in self.cache.rglob(".building-*")]
        return left

    def report_trouble(self):
        """What is wrong with the reports: each is whole or not there, and nothing else is in their folder but what the next run removes."""
        for path in (self.folder / "reports").iterdir():
            if path.name.startswith(".crossum-report-"):
                continue
            text = path.read_text()
            if path.suffix == ".json":
                try:
                    json.loads(text)
                except ValueError as error:
                    return f"{path.name} is not whole: {error}"
            elif path.suffix == ".html" and not text.rstrip().endswith("</html>"):
                return f"{path.name} is not whole"
        return None

    def left_reports(self):
        return [path.name for path in (self.folder / "reports").iterdir() if path.name.startswith(".crossum-report-")]

    def clear_reports(self):
        for path in (self.folder / "reports").iterdir():
            path.unlink()


def built():
    print("== building crossum", file=sys.stderr, flush=True)
    subprocess.run(["cargo", "build", "--locked", "--quiet", "--package", "conformance"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "debug" / "crossum"


def children():
    """The processes below this one, dead ones that nobody waited for not among them."""
    us, parents = os.getpid(), {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            state, parent = stat.rpartition(") ")[2].split()[:2]
            if state != "Z":
                parents[int(entry)] = int(parent)
    found, ahead = [], [us]
    while ahead:
        above = ahead.pop()
        below = [pid for pid, parent in parents.items() if parent == above]
        found += below
        ahead += below
    return found


def reap():
    """Waits for those that were given to this process. Those that it started itself are waited for where they were started."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass


def command(pid):
    try:
        words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
        return b" ".join(words).decode(errors="replace").strip()
    except OSError:
        return "(gone)"


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
