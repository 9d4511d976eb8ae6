"""A program that prints without end, or leaves others behind in a session of their own, is ended, and costs its own cells only."""

import json
import stat

NATIVE = "x86_64-unknown-linux-gnu"
OTHER = "i686-unknown-linux-gnu"
PARTICIPANTS = f"c-gcc@{NATIVE},c-gcc@{OTHER}"

# Far more than any of it takes; without a bound it would take for ever.
BOUND = 300

# `$1` is the program, `$2` what it is to do.
MISBEHAVING = {
    "prints without end when it is asked for its facts": ('[ "$2" = abi ] && exec yes', False),
    "prints without end on standard error, and serves": ('[ "$2" = serve ] && { yes >&2 & }', True),
    "serves, and prints one line without end": ('[ "$2" = serve ] && exec cat /dev/zero', False),
    "leaves a process in a session of its own, which holds its output": ("setsid sleep 1000 &", False),
    "leaves one that prints without end": ("setsid yes &", False),
    "leaves one that holds nothing of it": ("setsid sleep 1000 >/dev/null 2>&1 </dev/null &", True),
    "leaves one that does not end when it is asked to": (
        "setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' >/dev/null 2>&1 &", True,
    ),
}

COMPILERS = {
    "prints without end": "exec yes",
    "prints without end on standard error": "exec yes >&2",
    "leaves a process in a session of its own, which holds its output": 'setsid sleep 1000 &\nexec i686-linux-gnu-gcc "$@"',
}


def run(bench, table):
    for what, (does, is_well) in MISBEHAVING.items():
        tried = f"`matrix`, of whose two participants one {what}"
        runner = script(bench, "runner", f'{does}\nexec "$@"')
        ran, report = matrix(bench, {variable(NATIVE, "RUNNER"): f"/bin/sh {runner}"})
        why = trouble(bench, ran)
        cells = {} if report is None else {(cell["server"], cell["client"]): cell["verdict"] for cell in report["cells"]}
        others = cells.get((f"c-gcc@{OTHER}", f"c-gcc@{OTHER}"))
        if not why and others != "held":
            why = f"the cell of the others is {others}"
        if not why and is_well and set(cells.values()) != {"held"}:
            why = f"not all cells held: {sorted(set(cells.values()))}: {ran.said()}"
        if not why and not is_well and ran.status != 3:
            why = f"status {ran.status} where 3 was expected"
        table.row(tried, int(not why), 1, why or f"status {ran.status}, {ran.seconds:.0f} s")
    for what, does in COMPILERS.items():
        compiler = script(bench, "compiler", does)
        compiler.chmod(compiler.stat().st_mode | stat.S_IXUSR)
        header = bench.folder / "work/wire.h"
        header.write_text("struct wire { long a; char b; };\n")
        ran = bench.run(
            ["check", str(header), "--verify", "--targets", f"{NATIVE},{OTHER}"],
            environment={variable(OTHER, "GCC"): str(compiler)}, limit=BOUND,
        )
        why = trouble(bench, ran)
        if not why and ran.status not in (1, 3):
            why = f"status {ran.status}: {ran.said()}"
        table.row(f"`check --verify` with a gcc that {what}", int(not why), 1, why or f"status {ran.status}, {ran.seconds:.0f} s")


def trouble(bench, ran):
    if ran.status is None:
        bench.wait_for_the_end_of_all()
        return f"it did not end within {BOUND} s"
    if left := bench.wait_for_the_end_of_all():
        return f"processes are left: {left[:2]}"
    if left := bench.temporary():
        return f"left {left[:2]}"
    return None


def matrix(bench, environment, participants=PARTICIPANTS):
    path = bench.folder / "reports/matrix.json"
    path.unlink(missing_ok=True)
    args = ["matrix", "--participants", participants, "--encodings", "text", "--sample", "0", "--json", str(path)]
    ran = bench.run(args, environment=environment, limit=BOUND)
    return ran, json.loads(path.read_text()) if path.is_file() else None


def script(bench, name, text):
    path = bench.folder / "work" / f"{name}.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    return path


def variable(target, what):
    return f"CROSSUM_TARGET_{target.upper().replace('-', '_')}_{what}"
