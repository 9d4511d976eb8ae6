"""A machine that has too little of something: crossum says so with status 3, or does without, and leaves nothing."""

import json
import shutil
import subprocess

from .kills import COMMANDS, MANIFEST, SOURCE, TARGETS

NO_SPACE = "No space left"

# What is done in a mount namespace before crossum starts there. `$1` is a folder.
FULL = 'mount -t tmpfs -o size={size},mode=700 none "$1"; shift; exec "$@"'
READ_ONLY = 'mount -t tmpfs -o ro none "$1"; shift; exec "$@"'
NO_PROC = 'mount -t tmpfs none /proc; shift; exec "$@"'
NO_NAMESPACES = 'echo 0 > /proc/sys/user/max_user_namespaces; echo 0 > /proc/sys/user/max_net_namespaces; shift; exec "$@"'


def run(bench, table):
    subject = bench.folder / "work"
    (subject / "src").mkdir(exist_ok=True)
    (subject / "Cargo.toml").write_text(MANIFEST)
    (subject / "src/lib.rs").write_text(SOURCE)
    commands = bench.only(COMMANDS)
    if subprocess.run(["unshare", *namespaces("-m"), "true"], capture_output=True, check=False).returncode != 0:
        table.could_not_run("resources", "no mount namespace can be made here")
        return
    cache, reports, home = (bench.folder / name for name in ("full", "reports", "home"))
    for folder in (cache, home):
        folder.mkdir(exist_ok=True)
    # What they build is there: it is the disk of the temporary folder that is full.
    for name in commands:
        bench.run(arguments(bench, name))
    for size in ("16k", "512k"):
        for name in bench.only(("matrix", "faults", "encodings", "test")):
            full(bench, table, name, cache, size, "the cache", {"CROSSUM_CACHE": str(cache)})
    for size in ("4k", "64k"):
        for name in commands:
            full(bench, table, name, bench.folder / "tmp", size, "the temporary folder", {})
    for name in commands:
        full(bench, table, name, reports, "4k", "the folder of reports", {})

    home_alone = {"HOME": str(home), "CROSSUM_CACHE": "", "XDG_CACHE_HOME": "", "CARGO_HOME": str(cargo_home()), "RUSTUP_HOME": str(rustup_home())}
    # Others would build their programs from nothing each time.
    for name in bench.only(("matrix", "check", "test")):
        expect(bench, table, f"`{name}` with a read-only HOME", name, READ_ONLY, home, home_alone, {0}, "nothing that is built is kept" if name == "matrix" else "")
    without = home_alone | {"HOME": ""}
    if "matrix" in commands:
        expect(bench, table, "`matrix` without HOME", "matrix", 'shift; exec "$@"', home, without, {0}, "nothing that is built is kept")
    for name in commands:
        expect(bench, table, f"`{name}` with 64 descriptors", name, 'ulimit -n 64; shift; exec "$@"', home, {}, {0, 3}, "")
    for name in commands:
        expect(bench, table, f"`{name}` without /proc", name, NO_PROC, home, {}, {0, 3}, "")
    for name, statuses in (("matrix", {0}), ("faults", {3}), ("test", {0})):
        if name not in commands:
            continue
        expect(bench, table, f"`{name}` where no namespace can be made", name, NO_NAMESPACES, home, {}, statuses, "", kinds="-U -m")


def full(bench, table, name, folder, size, told, environment):
    tried = f"`{name}`, and {size} in {told}"
    expect(bench, table, tried, name, FULL.format(size=size), folder, environment, {0, 3}, NO_SPACE)


def expect(bench, table, tried, name, before, folder, environment, statuses, words, kinds="-m"):
    """One run. Where it ends with 3 for want of something, `words` must be in what it says; and also where 0 is all that is expected."""
    bench.clear_reports()
    starter = ["unshare", *namespaces(kinds), "sh", "-c", before, "sh", str(folder)]
    ran = bench.run(arguments(bench, name), environment=environment, before=starter, limit=900)
    left = bench.wait_for_the_end_of_all()
    said = ran.out + ran.errors
    why = None
    if ran.status not in statuses:
        why = f"status {ran.status}: {ran.said()}"
    elif "panicked" in said:
        why = "it panicked"
    elif words and (ran.status == 3 or statuses == {0}) and words not in said:
        why = f"it does not say `{words}`: {ran.said()}"
    elif left:
        why = f"processes are left: {left[:2]}"
    elif trouble := bench.report_trouble():
        why = trouble
    elif left := bench.temporary() + bench.left_reports():
        why = f"left {left[:2]}"
    table.row(tried, int(not why), 1, why or f"status {ran.status}, {ran.seconds:.0f} s")


def arguments(bench, name):
    reports = bench.folder / "reports"
    return [str(reports / (name + word[1:])) if word.startswith("@") else word for word in COMMANDS[name]]


def namespaces(kinds):
    """As root in the namespaces that are asked for; somebody else becomes root in a namespace of users."""
    import os

    words = kinds.split()
    if os.geteuid() != 0 or "-U" in words:
        words = [word for word in words if word != "-U"] + ["--user", "--map-root-user"]
    return words


def cargo_home():
    import os
    from pathlib import Path

    return os.environ.get("CARGO_HOME", Path.home() / ".cargo")


def rustup_home():
    import os
    from pathlib import Path

    return os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")
