"""Whenever a run is ended, nothing of it is left, and the next one is not hindered."""

import random
import signal
import subprocess
import time

from .bench import ROOT

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
NATIVE = "x86_64-unknown-linux-gnu"
TARGETS = f"{NATIVE},i686-unknown-linux-gnu,s390x-unknown-linux-gnu"

# What `others` runs goes by a runner that leaves a process in a session of its own with each program.
COMMANDS = {
    "matrix": ["matrix", "--participants", "c-gcc,c-clang", "--targets", TARGETS, "--encodings", "text,raw-long", "--vectors", "100", "--json", "@.json", "--html", "@.html"],
    "check": ["check", str(ROOT / "examples/types/wire.h"), "--verify", "--targets", TARGETS, "--json", "@.json"],
    "test": ["test", "--targets", f"{NATIVE},i686-unknown-linux-gnu", "--json", "@.json", "--junit", "@.xml"],
    "encodings": ["encodings", "--targets", "i686-unknown-linux-gnu", "--encodings", "text,network", "--participants", "rust", "--values", "20", "--json", "@.json", "--html", "@.html"],
    "others": ["matrix", "--participants", f"c-gcc@{NATIVE},c-gcc@i686-unknown-linux-gnu", "--encodings", "text,raw-long", "--vectors", "1000", "--json", "@.json"],
    "faults": ["faults", "--only", "server-dies-while-client-waits,network-cut,accept-queue-full,normal-end", "--json", "@.json"],
}

MANIFEST = """[package]
name = "subject"
version = "0.1.0"
edition = "2021"
[workspace]
"""

# Each test writes a temporary file, as many do.
SOURCE = """#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_there() {
        let path = std::env::temp_dir().join(format!("subject-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(path.is_file());
    }
}
"""


def run(bench, table):
    subject = bench.folder / "work"
    (subject / "src").mkdir(exist_ok=True)
    (subject / "Cargo.toml").write_text(MANIFEST)
    (subject / "src/lib.rs").write_text(SOURCE)
    runner = bench.folder / "work/leaves-one.sh"
    runner.write_text('setsid sleep 1000 >/dev/null 2>&1 </dev/null &\nexec "$@"\n')
    bench.more = {}
    for name in bench.only(COMMANDS):
        leaves = {f"CROSSUM_TARGET_{NATIVE.upper().replace('-', '_')}_RUNNER": f"/bin/sh {runner}"}
        bench.more = leaves if name == "others" else {}
        chance = random.Random(f"{bench.options.seed} {name}")
        whole = bench.run(arguments(bench, name))
        if whole.status != 0:
            table.row(f"`{name}`, not ended", 0, 1, f"status {whole.status}: {whole.said()}")
            continue
        again = bench.run(arguments(bench, name))
        trouble, seconds = [], again.seconds
        for turn in range(bench.options.moments):
            which = SIGNALS[turn % len(SIGNALS)]
            after = chance.uniform(0, seconds)
            why = one(bench, name, which, after)
            if why:
                trouble.append(f"{which.name} after {after:.2f} s: {why}")
        # What a killed run left is removed by the next.
        last = bench.run(arguments(bench, name))
        left = bench.temporary() + bench.left_reports()
        if last.status != 0 or left:
            trouble.append(f"the run after all of them: status {last.status}, left {left[:3]}")
        held = bench.options.moments - len(trouble)
        table.row(
            f"`{name}`: SIGINT, SIGTERM, SIGKILL in turns, at moments of the {seconds:.1f} s that it takes",
            held, bench.options.moments, "; ".join(trouble[:3]),
        )


def arguments(bench, name):
    reports = bench.folder / "reports"
    return [str(reports / (name + word[1:])) if word.startswith("@") else word for word in COMMANDS[name]]


def one(bench, name, which, after):
    """Ends one run. Says what is wrong then."""
    bench.clear_reports()
    process = bench.start(arguments(bench, name))
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(which)
    began = time.monotonic()
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "it did not end within 60 s"
    ended = time.monotonic() - began
    left = bench.wait_for_the_end_of_all()
    if left:
        return f"processes are left: {left[:3]}"
    if trouble := bench.report_trouble():
        return trouble
    if which == signal.SIGKILL:
        # A lock that it held would stop this one.
        following = bench.run(arguments(bench, name), limit=600)
        if following.status != 0:
            return f"the next run: status {following.status}: {following.said()}"
        if left := bench.temporary() + bench.left_reports():
            return f"the next run left {left[:3]}"
    # A signal that comes before it listens for one ends it as any program, and nothing was started then.
    elif left := bench.temporary() + bench.left_reports():
        return f"left {left[:3]}, {ended:.1f} s after the signal"
    return None
