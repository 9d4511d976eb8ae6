"""Compilers and emulators that are not what they seem: what comes of them is right, or *could not run* in bounded time."""

import os
import shutil

from .bounded import matrix, script, trouble, variable

NATIVE = "x86_64-unknown-linux-gnu"
OTHER = "i686-unknown-linux-gnu"
FOREIGN = "s390x-unknown-linux-gnu"

GARBAGE = "head -c 100000 /dev/urandom; exit 0"
HANGS = "exec sleep 100000"


def lies(program, number):
    return f'case "$*" in *--version*) echo "{number}"; exit 0;; esac\nexec {program} "$@"'


def run(bench, table):
    gcc, clang = "i686-linux-gnu-gcc", "clang --target=i686-linux-gnu -isystem /usr/i686-linux-gnu/include"
    qemu = shutil.which("qemu-s390x-static") or shutil.which("qemu-s390x")
    missing = [name for name in ("i686-linux-gnu-gcc", "powerpc-linux-gnu-gcc", "clang") if not shutil.which(name)]
    if missing or not qemu:
        table.could_not_run("liars", f"no {', '.join(missing) or 'qemu-s390x'} is here")
        return
    answers = 'case "$*" in *--version*) echo "gcc 12.2.0"; exit 0;; esac\n'
    cases = [
        (OTHER, "GCC", "a gcc that prints garbage", GARBAGE, 3),
        (OTHER, "GCC", "a gcc that answers, and compiles to garbage", answers + "while [ $# -gt 1 ]; do [ \"$1\" = -o ] && { echo garbage > \"$2\"; chmod +x \"$2\"; }; shift; done; for f in abi drive main net raw serve text varint wire words; do echo garbage > $f.o; done; exit 0", 3),
        (OTHER, "GCC", "a gcc that hangs", HANGS, 3),
        (OTHER, "GCC", "a gcc that gives itself out for gcc 99.1", lies(gcc, "gcc (GCC) 99.1.0"), 0),
        (OTHER, "GCC", "a clang that gives itself out for gcc 12.2.0", lies(clang, "gcc (Debian) 12.2.0"), 0),
        (OTHER, "GCC", "a gcc whose version is 100,000 octets of no text", lies(gcc, "$(head -c 100000 /dev/urandom | tr -d '\\0')"), 0),
        (OTHER, "GCC", "a gcc for another machine", "exec powerpc-linux-gnu-gcc \"$@\"", 3),
        (OTHER, "CLANG", "a clang that prints garbage", GARBAGE, 3),
        (FOREIGN, "RUNNER", "an emulator that prints garbage", GARBAGE, 3),
        (FOREIGN, "RUNNER", "an emulator that hangs", HANGS, 3),
        (FOREIGN, "RUNNER", "an emulator that gives itself out for QEMU 99.1", lies(f"{qemu} -L /usr/s390x-linux-gnu", "qemu-s390x version 99.1"), 0),
    ]
    for target, what, told, does, expected in cases:
        program = script(bench, f"qemu-{target}" if what == "RUNNER" else "compiler", does)
        program.chmod(0o755)
        implementation = "c-clang" if what == "CLANG" else "c-gcc"
        environment = {variable(target, what): str(program)}
        ran, report = one(bench, f"{implementation}@{target},c-gcc@{NATIVE}", environment)
        why = trouble(bench, ran)
        verdicts = set() if report is None else {cell["verdict"] for cell in report["cells"]}
        if not why and "broken" in verdicts:
            why = "a cell is called broken"
        if not why and ran.status != expected:
            why = f"status {ran.status} where {expected} was expected: {ran.said()}"
        table.row(f"`matrix` with {told}", int(not why), 1, why or f"status {ran.status}, {ran.seconds:.0f} s")


def one(bench, participants, environment):
    # A cache of its own: what a liar built is nobody else's.
    cache = bench.folder / "liars"
    shutil.rmtree(cache, ignore_errors=True)
    os.mkdir(cache, 0o700)
    return matrix(bench, environment | {"CROSSUM_CACHE": str(cache)}, participants)
