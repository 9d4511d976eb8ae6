"""Objects and reports with one bit turned over: each is read or refused, in bounded time and memory, and nothing panics."""

import os
import random
import resource
import shutil
import subprocess
import time

from .bench import ROOT

# Kilobytes, and seconds of the processor.
MOST_MEMORY = 500_000
MOST_SECONDS = 2.0

SOURCE = """#include <stdint.h>
struct inner { char tag; long value; unsigned low : 3, high : 13; };
union either { double d; int64_t i; struct inner in; };
enum kind { ONE, TWO = 70000 };
typedef struct message { uint8_t op; union either u[3]; enum kind k; void *next; long double ld; short s __attribute__((packed)); } message;
message one; struct inner other;
int sum(message *m) { return m->k + (int) other.value; }
"""

COMPILERS = {
    "x86_64.o": ["gcc", "-g", "-c"],
    "x86_64-dwarf4.o": ["gcc", "-gdwarf-4", "-gz", "-c"],
    "s390x.o": ["s390x-linux-gnu-gcc", "-g", "-c"],
    "m68k.o": ["m68k-linux-gnu-gcc", "-g", "-c"],
    "powerpc.o": ["powerpc-linux-gnu-gcc", "-g", "-c"],
    "windows.obj": ["x86_64-w64-mingw32-gcc", "-g", "-c"],
    "macos.o": ["clang", "--target=arm64-apple-macos11", "-g", "-c", "-ffreestanding"],
    "wasm.o": ["clang", "--target=wasm32-unknown-unknown", "-g", "-c", "-ffreestanding"],
    "program": ["gcc", "-g", "-shared", "-fPIC"],
}


def run(bench, table):
    folder = bench.folder / "flips"
    folder.mkdir(exist_ok=True)
    chance = random.Random(f"{bench.options.seed} flips")
    subjects, missing = objects(folder)
    for what in missing:
        table.could_not_run(f"flips of {what[0]}", what[1])
    subjects += reports(bench, folder)
    if not subjects:
        return
    turns = [subjects[turn % len(subjects)] for turn in range(bench.options.flips)]
    worst_memory, worst_seconds, trouble, statuses = 0, 0.0, [], {}
    for turn, (path, command) in enumerate(turns):
        octets = bytearray(path.read_bytes())
        bit = chance.randrange(8 * len(octets))
        octets[bit // 8] ^= 1 << bit % 8
        turned = folder / f"turned-{path.name}"
        turned.write_bytes(octets)
        status, memory, seconds, errors = measured(bench, command(turned))
        statuses[status] = statuses.get(status, 0) + 1
        worst_memory, worst_seconds = max(worst_memory, memory), max(worst_seconds, seconds)
        why = None
        if status not in (0, 1, 2, 3) or "panicked" in errors:
            why = f"status {status}: {errors.strip()[-200:]}"
        elif memory > MOST_MEMORY:
            why = f"{memory // 1000} MB"
        elif seconds > MOST_SECONDS:
            why = f"{seconds:.1f} s"
        if why:
            trouble.append(f"bit {bit} of {path.name}: {why}")
            shutil.copy(turned, f"{bench.folder}-bad-{turn}-{path.name}")
    kinds = ", ".join(sorted({path.name for path, _ in subjects}))
    ended = ", ".join(f"{count} with {status}" for status, count in sorted(statuses.items()))
    table.row(
        f"one bit turned over in {kinds}", len(turns) - len(trouble), len(turns),
        f"at most {worst_memory // 1000} MB and {worst_seconds:.2f} s; ended {ended}" + "".join(f"; {one}" for one in trouble[:3]),
    )


def objects(folder):
    source = folder / "types.c"
    source.write_text(SOURCE)
    made, missing = [], []
    for name, words in COMPILERS.items():
        path = folder / name
        compiled = None
        if shutil.which(words[0]):
            compiled = subprocess.run([*words, str(source), "-o", str(path)], capture_output=True, text=True, check=False)
        if compiled is None or compiled.returncode != 0:
            missing.append((name, f"no {words[0]}" if compiled is None else compiled.stderr.strip().splitlines()[-1]))
            continue
        made.append((path, lambda turned: ["check", str(turned), "--json", "/dev/null"]))
    archive = folder / "archive.a"
    if shutil.which("ar") and made:
        subprocess.run(["ar", "rcs", str(archive), str(made[0][0])], check=True)
        made.append((archive, lambda turned: ["check", str(turned)]))
    return made, missing


def reports(bench, folder):
    """Every kind of document that crossum reads again, as it writes it."""
    at = lambda name: str(folder / name)  # noqa: E731
    header = str(ROOT / "examples/telemetry/packet.h")
    few = ["--targets", "x86_64-unknown-linux-gnu,m68k-unknown-linux-gnu", "--encodings", "text,raw-long"]
    written = {
        "prediction.json": ["predict", *few, "--json", at("prediction.json")],
        "check.json": ["check", header, "--json", at("check.json")],
        "wire.lock": ["lock", header, "--lock", at("wire.lock")],
    }
    read = {
        "prediction.json": [
            lambda turned: ["diff", at("prediction.json"), str(turned)],
            lambda turned: ["merge", str(turned)],
            lambda turned: ["plan", "--shards", "2", "--costs", str(turned)],
            lambda turned: ["encodings", "--matrix", str(turned), "--encodings", "text", "--targets", "i686-unknown-linux-gnu", "--predict"],
        ],
        "check.json": [lambda turned: ["diff", at("check.json"), str(turned)]],
        "wire.lock": [lambda turned: ["check", f"--locked={turned}"], lambda turned: ["lock", header, "--lock", str(turned)]],
    }
    made = []
    for name, args in written.items():
        ran = bench.run(args)
        if (folder / name).is_file():
            made += [(folder / name, command) for command in read[name]]
        else:
            print(f"   {name} was not written: {ran.said()}", flush=True)
    octets = folder / "octets"
    octets.write_bytes(bytes(range(256)))
    made.append((octets, lambda turned: ["decode", str(turned), "--from", header, "--type", "struct packet", "--guess"]))
    return made


def measured(bench, args):
    """Status, kilobytes, seconds of the processor, and what it said."""
    began = time.monotonic()
    process = subprocess.Popen(
        [bench.crossum, *args], cwd=bench.folder / "work", env=bench.environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        # A runaway ends here and not with the machine.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)),
    )
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if time.monotonic() - began > 60:
        errors += " (60 s of the clock)"
    return process.returncode, usage.ru_maxrss, usage.ru_utime + usage.ru_stime, errors
