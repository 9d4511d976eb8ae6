//! The command line. Below `main`, nothing else sees clap.

mod board;
mod check;
mod compat;
mod declared;
mod decode;
mod encodings;
mod faults;
mod interop;
mod lock;
mod matrix;
mod port;
mod shards;
mod test;
mod tools;

pub use board::{Board, ResetLine};
pub use check::{Check, Format};
pub use compat::Compat;
pub use declared::HowRead;
pub use decode::Decode;
pub use encodings::Encodings;
pub use faults::{Faults, Inside};
pub use interop::Interop;
pub use lock::Lock;
pub use matrix::{Explain, Matrix, Predict, Reports, Selection};
pub use port::{Language, Order, Port};
pub use shards::{Diff, Merge, Plan};
pub use test::{Record, Recorded, Test, With};
pub use tools::{Doctor, Extra, Setup, Targets};

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Send the same two numbers between machines that disagree about bytes, and see exactly which encodings survive.
#[derive(Parser)]
#[command(
    name = "crossum",
    version,
    after_help = "Exit status: 0 every claim holds; 1 a claim failed; 2 the command line or an input file is wrong; 3 something could not run.

Examples:
  crossum predict                       the whole matrix from the model alone, at once
  crossum matrix --setup                install what is missing, build, run, judge, report
  crossum matrix --encodings raw-long --targets powerpc-unknown-linux-gnu,i686-unknown-linux-gnu
  crossum explain --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encoding raw-long
  crossum decode old.bin --from old.h --type 'struct old' --guess
  crossum test                          your own crate's tests, on every target
  crossum encodings                     size, cost and portability, side by side
  crossum faults                        what happens when networks and processes fail
  crossum interop all                   other people's implementations of the encodings
  crossum doctor                        what is here, and how to get the rest"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Install and build what is missing (says what, and asks first)
    #[command(after_help = "Example:
  crossum setup --targets s390x-unknown-linux-gnu --yes
  crossum setup --with boards                           an Uno, a Cortex-M3, a RISC-V and an ESP8266, emulated
  crossum setup --with windows                          mingw and wine: Windows in the matrix
  crossum setup --with zig                              more machines, and musl beside glibc")]
    Setup(Setup),
    /// Each target's compilers, standard library, C library and runner: where they were found, or how to get them
    #[command(after_help = "Example:
  crossum doctor --targets s390x-unknown-linux-gnu

A project names its own runners in crossum.toml; variables come before it:
  [target.s390x-unknown-linux-gnu]
  runner = \"/opt/qemu-9/bin/qemu-s390x\"           CROSSUM_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER
  sysroot = \"/srv/s390x\"                          ..._SYSROOT

  [target.armv7-unknown-linux-gnueabihf]
  runner = [\"ssh\", \"board1\"]
  copy = [\"scp\", \"-q\", \"{program}\", \"board1:{there}\"]
  address = \"192.168.7.2\"                        ..._ADDRESS: where its servers are reached

docs/runners.md says the rest.")]
    Doctor(Doctor),
    /// The targets and their ABIs
    Targets(Targets),
    /// Build the participants, run every cell, judge, and report
    #[command(after_help = "Examples:
  crossum matrix                                     everything
  crossum matrix --participants rust --encodings text,network
  crossum matrix --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encodings raw-long
  crossum matrix --vectors 100 --seed 7 --json report.json.zst
  crossum matrix participants.toml                   your own client and server, of which this file tells

Programs run natively, under QEMU, or as crossum.toml says, on a board, for one: see `crossum doctor --help`.")]
    Matrix(Matrix),
    /// The contract of participants, played for a board on a serial line: what `matrix` starts
    #[command(hide = true)]
    Board(Board),
    /// Sockets of the network that it is started in, handed to who waits for them: what `matrix` starts
    #[command(hide = true)]
    Sockets {
        /// Where it is waited for
        path: PathBuf,
    },
    /// Cut the matrix into shards, one for each job of a CI: who runs what, and what that costs
    #[command(after_help = "Examples:
  crossum plan --shards 6                                a table
  crossum plan --shards 6 --costs matrix.json            by what an earlier run measured
  crossum plan --shards 6 --github                       for strategy.matrix, with fromJSON

Each job, K from 1 to N:
  crossum setup --targets ITS,TARGETS --yes
  crossum matrix --shard K/6 --json shard-K.json
and one after them:
  crossum merge shard-*.json --json matrix.json")]
    Plan(Plan),
    /// Put the reports of all shards together: the report of one whole run
    #[command(after_help = "Examples:
  crossum merge shard-*.json --json matrix.json --markdown \"$GITHUB_STEP_SUMMARY\"
  crossum merge matrix.json --json small.json.zst --format 2  the report of one whole run, in version 2

Nothing is written where a shard is missing, is there twice or does not fit.")]
    Merge(Merge),
    /// What changed between two reports; exit status 1 when something is newly broken
    #[command(after_help = "Examples:
  crossum diff yesterday.json today.json                 two of `crossum matrix --json`, or of `crossum check --json`
  crossum diff yesterday.json today.json --json diff.json")]
    Diff(Diff),
    /// The same matrix from the ABI model alone: no toolchain, any machine, at once
    Predict(Predict),
    /// One cell, octet by octet: what is written, how it is read, and why
    #[command(after_help = "Examples:
  crossum explain --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encoding raw-long
  crossum explain --server s390x-unknown-linux-gnu --client m68k-unknown-linux-gnu --encoding raw-mixed --vector 1,2")]
    Explain(Explain),
    /// Your own types: what breaks between machines, on which line, and what to write instead
    #[command(after_help = "Examples:
  crossum check packet.h                                every type that packet.h declares
  crossum check packet.h --between esp32,avr,x86_64     only what breaks between these
  crossum check packet.h --targets all --layout         every machine there is: fields down, machines across
  crossum check packet.h --html types.html              each type as a map of its octets
  crossum check packet.h --format short                 file:line:column: warning[width]: ..., for an editor
  crossum check packet.h --type 'struct hdr*' --include include --define WIRE=2
  crossum check packet.h -- -Iinclude -DWIRE=2 -std=gnu11   as the project's build compiles it
  crossum check src/packet.h -p build                   with the options in build/compile_commands.json
  crossum check part.h --include-file all.h             a header that wants another one before it
  crossum check card.h --prelude armcc                  with words of Keil's compiler (`__packed struct`)
  crossum check sketch.ino parts.tpp kernel.cu          C++ by other names
  unifdef -DX packet.h | crossum check - --std c++17    standard input, and its language
  crossum check target/debug/server --type 'wire::*'    an executable, a library, an object: anything with debug information
  crossum check --crate                                 the Rust crate here: cargo builds it, and its own types are told
  crossum check --crate net -- --features tls           of another folder, with options for cargo
  crossum check packet.h --deny width --deny padding    exit status 1 when one is found: for CI
  crossum check packet.h --deny all --allow 'byte-order@struct hdr' --sarif check.sarif
  crossum check --explain padding                       what it is, why it breaks, and the cure

A project keeps its choices in crossum.toml:
  [check]
  deny = [\"width\", \"padding\"]
  allow = [\"byte-order@struct hdr\"]")]
    Check(Check),
    /// Old octets, read as the type that wrote them, on whichever machine that was
    #[command(after_help = "Examples:
  crossum decode save.bin --from game.h --type 'struct save' --as i686
                                                        as that machine wrote it: fields with offsets, octets, values
  crossum decode log.bin --from log.h --type entry_t --guess
                                                        who can have written it, why, and what would decide
  crossum decode log.bin --from log.h --type entry_t --guess --where 'magic == 0x1f8b'
  crossum decode dump.bin --from server.o --type 'struct hdr' --as s390x --skip 0x40 --count 3 --stride 64
  xxd -p packet.bin | crossum decode - --hex --from packet.h --type 'struct packet' --as arm
  crossum decode log.bin --from log.h --type entry_t --as m68k --csv log.csv --json log.json

Exit status: 0 it was read (with --guess: as the likeliest of those that can have written it); 1 no machine can have written it; 2 the command line, the dump or the header is wrong; 3 several machines fit alike, or the type is undecided on that machine.")]
    Decode(Decode),
    /// One machine, several ABIs (32-bit programs on a 64-bit kernel, o32 beside n64): which types they may share as they lie, and which ioctls have another number
    #[command(after_help = "Examples:
  crossum compat ioctl.h --abis i686,x86_64             programs of 32 bits on a kernel of 64
  crossum compat shared.h --abis armv7,aarch64 --type 'struct ring'
  crossum compat types.h --abis i686,x86_64 --ioctl driver.h
                                                        the macros are in another header than the types
  crossum compat shared.h --abis wasm32,x86_64 --json compat.json
  crossum compat uapi.h --abis i686+time64,x86_64 -- -Iinclude

Exit status: 0 every type can be shared as it lies; 1 one has to be translated; 2 the command line or the header is wrong; 3 a type is undecided on one of them.")]
    Compat(Compat),
    /// A portable type out of one that breaks: its fields, and code that reads and writes it on every machine
    #[command(after_help = "Examples:
  crossum port packet.h --type 'struct packet'          the fields of a new format: big-endian, no padding, 64 bits for a long
  crossum port packet.h --type 'struct packet' --out wire
                                                        packet_wire.h, packet_wire.c, packet_wire.rs, packet_wire.py
  crossum port packet.h --type 'struct packet' --as i686 --out wire
                                                        what i686 has written, for every machine to read and write
  crossum port packet.h --type 'struct packet' --order little --long 32 --lang c,python --out wire
  crossum port packet.h --type 'struct packet' --prove  compiled and run for every target here, with a distinct value in every octet
  crossum port packet.h --type 'struct packet' --prove --html port.html
                                                        the same, and a page that shows the type before and after

Exit status: 0 written, and proved where that was asked for; 1 a program reads or writes something else, which is an error of crossum's; 2 the command line or the header is wrong, the type has something that means nothing elsewhere, or a file was edited; 3 the type is undecided on that machine, or something could not run.")]
    Port(Port),
    /// Write down which octets types have promised, on every group of machines: a later change that breaks them is refused
    #[command(after_help = "Examples:
  crossum lock packet.h                                 all types of it into wire.lock, to be committed
  crossum lock packet.h --type 'struct packet' --type 'struct ack' -- -Iinclude
  crossum lock server.o --type 'struct hdr' --lock formats.lock
  crossum check --locked                                in CI: what moves octets that are out there fails
  crossum lock packet.h --update 'struct packet'        a new format begins
  crossum lock packet.h --remove 'struct old'

Passes: new fields at the end of what has a length (a field whose name says length, size or version), other names for the same octets, new types. Everything else is refused, with what moved on which machines.

Exit status: 0 locked, and nothing breaks; 1 a type breaks what is out there, and nothing was written; 2 the command line, the lock or the header is wrong; 3 a type is undecided.")]
    Lock(Lock),
    /// Your crate's own tests on every target: which fail, and where only (big-endian only, 32-bit only, ...)
    #[command(after_help = "Examples:
  crossum test                                          the crate or workspace around the current folder, on every target
  crossum test --abi big-endian                         on the big-endian ones
  crossum test --targets s390x-unknown-linux-gnu -- --features big -- codec::
                                                        what comes after -- is cargo test's, after a second -- the tests'
  crossum test --with cargo                             without nextest, though it is installed
  crossum test --json test.json --junit test.xml        for other programs to read
  crossum test --targets x86_64-pc-windows-gnu          under wine; only when it is named

Exit status: 0 every test passed; 1 a test failed; 2 the command line is wrong, or there is no cargo project, or nextest does not take its configuration; 3 something could not be built or run.

Everything is built in target/crossum of the project, without debug information but lines (CARGO_PROFILE_TEST_DEBUG says otherwise). Cargo.lock stays as it is.

A project keeps in crossum.toml what makes no sense on some machines:
  [[test.exclude]]
  tests = [\"simd::*\"]
  on = [\"big-endian\", \"i686-unknown-linux-gnu\"]
  why = \"needs SSE\"")]
    Test(Test),
    /// How a process was started, written down: what `test` has cargo start
    #[command(hide = true)]
    Record(Record),
    /// Size, cost and portability of the encodings, side by side: nothing is published before it is equal
    #[command(
        after_help = "The values, pairs of integers drawn from the seed, as many of each distribution:
  small        0 to 99, each as likely
  uniform-32   every signed 32-bit integer as likely
  uniform-64   every signed 64-bit integer as likely
  log-uniform  every number of bits, 1 to 63, as likely; not negative
  negative     as log-uniform, below zero

Every value is encoded, decoded and compared, here and on each target, before any number is shown. Times and instructions are of a request and its reply together.
Instructions are counted by QEMU, on this machine's kind, too: one log line an instruction, from the call to the return. What is called counts: memcpy, malloc, the format's crate. Each turn of an x86 `rep` counts as one. The same program gives the same counts on every run and machine. They are no cycles.

Examples:
  crossum encodings                                    everything: runs the matrix first
  crossum encodings --predict                          which are portable from the model; costs are still measured
  crossum encodings --matrix report.json --html encodings.html
  crossum encodings --predict --encodings raw-fixed,network --targets s390x-unknown-linux-gnu,i686-unknown-linux-gnu"
    )]
    Encodings(Encodings),
    /// The failure scenarios, run for real: what must be seen, what client and server saw
    #[command(after_help = "Examples:
  crossum faults                                  all of them (as root, or where user namespaces are allowed)
  crossum faults --list                           which there are
  crossum faults --only server-host-reboots       one
  crossum faults participants.toml                your own server and client, of which this file tells
  crossum faults participants.toml --only loss,delay --junit faults.xml
  crossum faults --json faults.json               for other programs to read")]
    Faults(Faults),
    /// What `faults` has done inside the hosts that it makes
    #[command(hide = true)]
    Inside(Inside),
    /// Other people's implementations of an encoding against ours, in both directions: what differs
    #[command(after_help = "Examples:
  crossum interop cbor                            all implementations of cbor: cbor2, cborg, Jackson
  crossum interop all --json interop.json         of every encoding
  crossum interop json --only orjson              one
  crossum interop --list                          which there are, and what is brought

Packages are brought from PyPI and npm, in fixed versions, into folders of their own in ~/.cache/crossum/interop; nothing is installed on the system. An implementation whose language, packages or network are not here could not run.

Exit status: 0 every implementation agrees, or differs only where that is known; 1 one differs otherwise, or no longer; 2 the command line is wrong; 3 one could not run.")]
    Interop(Interop),
    /// Print what completes crossum's options in a shell
    #[command(after_help = "Examples:
  source <(crossum completions bash)
  crossum completions zsh > ~/.zfunc/_crossum
  crossum completions fish > ~/.config/fish/completions/crossum.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder, one for crossum and one for each command
    #[command(after_help = "Example:
  crossum man ~/.local/share/man/man1 && man crossum-matrix")]
    Man {
        /// The folder; it is made if it is not there
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 is needed".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}
