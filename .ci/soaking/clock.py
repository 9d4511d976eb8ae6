"""The clock of the day jumps by an hour, in either direction, in the middle of a run: no bound and no verdict hangs on it."""

import os
import struct
import subprocess
import threading
import time
from pathlib import Path

from .kills import COMMANDS, MANIFEST, SOURCE, arguments

HOUR = 3600


def run(bench, table):
    library = bench.folder / "jump.so"
    source = Path(__file__).with_name("jump.c")
    try:
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        table.could_not_run("a clock that jumps", f"{source.name} cannot be compiled: {error}")
        return
    subject = bench.folder / "work"
    (subject / "src").mkdir(exist_ok=True)
    (subject / "Cargo.toml").write_text(MANIFEST)
    (subject / "src/lib.rs").write_text(SOURCE)
    clock = bench.folder / "clock"
    environment = {"LD_PRELOAD": str(library), "CROSSUM_JUMP": str(clock)}
    set_by(clock, HOUR)
    told = subprocess.run(["date", "+%s"], env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    if abs(int(told) - time.time() - HOUR) > 60:
        table.could_not_run("a clock that jumps", "`date` does not see the clock that was set")
        return
    for name in bench.only(COMMANDS):
        set_by(clock, 0)
        # What is built once is built before.
        bench.run(arguments(bench, name), environment=environment)
        whole = bench.run(arguments(bench, name), environment=environment)
        for told, jump in (("forwards", HOUR), ("backwards", -HOUR)):
            set_by(clock, 0)
            setter = threading.Timer(whole.seconds / 3, set_by, (clock, jump))
            setter.start()
            ran = bench.run(arguments(bench, name), environment=environment)
            setter.join()
            why = None
            if whole.status != 0:
                why = f"without a jump: status {whole.status}: {whole.said()}"
            elif ran.status != 0:
                why = f"status {ran.status}: {ran.said()}"
            elif ran.seconds > 5 * whole.seconds + 30:
                why = f"it took {ran.seconds:.0f} s, where {whole.seconds:.0f} were enough"
            table.row(f"`{name}`, and the clock jumps an hour {told}", int(not why), 1, why or f"{ran.seconds:.1f} s, {whole.seconds:.1f} without")
    bench.wait_for_the_end_of_all()


def set_by(clock, seconds):
    """Writes into the file that is there: programs have it mapped."""
    with open(clock, "r+b" if clock.exists() else "wb") as file:
        file.write(struct.pack("q", seconds))
