"""The clock of the day jumps by an hour, in either direction, in the middle of a run: no bound and no verdict hangs on it."""

import os
import threading
from pathlib import Path

from .kills import COMMANDS, MANIFEST, SOURCE

# Debian's libfaketime; the variable is for others.
PLACES = [os.environ.get("FAKETIME_LIBRARY", ""), "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"]


def run(bench, table):
    library = next((place for place in PLACES if place and Path(place).is_file()), None)
    if library is None:
        table.could_not_run("a clock that jumps", "no libfaketime is here (apt-get install libfaketime)")
        return
    subject = bench.folder / "work"
    (subject / "src").mkdir(exist_ok=True)
    (subject / "Cargo.toml").write_text(MANIFEST)
    (subject / "src/lib.rs").write_text(SOURCE)
    clock = bench.folder / "clock"
    environment = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # The other clock goes on, as it does when somebody sets this one.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    for name in bench.only(COMMANDS):
        args = [str(bench.folder / "reports" / (name + word[1:])) if word.startswith("@") else word for word in COMMANDS[name]]
        # With the library, but without a jump: it costs time by itself.
        clock.write_text("+0\n")
        bench.run(args)
        whole = bench.run(args, environment=environment)
        for told, jump in (("forwards", "+3600"), ("backwards", "-3600")):
            clock.write_text("+0\n")
            setter = threading.Timer(whole.seconds / 3, lambda jump=jump: clock.write_text(jump + "\n"))
            setter.start()
            ran = bench.run(args, environment=environment)
            setter.join()
            why = None if ran.status == whole.status == 0 else f"status {ran.status}: {ran.said()}"
            if ran.seconds > 5 * whole.seconds + 30:
                why = f"it took {ran.seconds:.0f} s, where {whole.seconds:.0f} were enough"
            table.row(f"`{name}`, and the clock jumps an hour {told}", int(not why), 1, why or f"{ran.seconds:.0f} s, {whole.seconds:.0f} without")
    bench.wait_for_the_end_of_all()
