#!/usr/bin/env bash
# PyPI, ziglang 0.17.1 (`zig clang`, clang 22.1.8) and 0.15.2 (clang 20.1.2):
# --target=aarch64-linux-gnu_ilp32 has two sizes of a pointer in one object.
#
# The front end is LP64 there (sizeof(void *) 8, __LP64__ defined), the back end has
# pointers of 32 bits. Clang 20 finds that out when it generates code, and refuses; with
# -fsyntax-only it says nothing. Clang 22 compiles without a warning, with exit code 0.
#
# Seen with clang 22.1.8: an array of two pointers has sizeof 16 and occupies 8 octets in
# .data; p->second is read at offset 8, behind the end of what a struct of two pointers
# occupies, and with a load of 4 octets. The object is ELF of 32 bits (class 1).
# Seen with clang 20.1.2: exit code 0 with -fsyntax-only, 1 with -S.
#
# Exit 0: still so; 1: changed; 2: could not run (needs pip and Linux on x86-64).
set -Eeuo pipefail
trap 'echo "could not run: line $LINENO" >&2; exit 2' ERR
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# Only the compiler is unpacked of each wheel: the program needs no header.
for version in 0.15.2 0.17.1; do
    python3 -m pip -q download --no-cache-dir --no-deps --only-binary :all: "ziglang==$version"
    python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract("ziglang/zig", sys.argv[2])' \
        "ziglang-$version"-*.whl "$version"
    rm "ziglang-$version"-*.whl
    chmod +x "$version/ziglang/zig"
    "$version/ziglang/zig" clang --version | sed -n 1p > "$version/version"
done
clang() { # VERSION OPTION...
    local version=$1; shift
    "$version/ziglang/zig" clang --target=aarch64-linux-gnu_ilp32 -O1 -Wall -Wextra "$@" pointers.c
}
cat > pointers.c <<'END'
struct pair { void *first, *second; };
extern void *table[2];
void *table[2] = {table, table};
const int size = sizeof table;
void *second(struct pair *p) { return p->second; }
END

measured=$(
    for version in 0.15.2 0.17.1; do
        cut -d' ' -f1-3 "$version/version"
        clang "$version" -fsyntax-only && echo "-fsyntax-only: exit code 0"
        if clang "$version" -S -o pointers.s 2> /dev/null; then
            echo "-S: exit code 0"
            sed -n 's/^\t\(\.size\ttable, .*\|\.word\t[0-9].*\|ldr\t.*\)/\1/p' pointers.s | tr '\t' ' '
        else
            echo "-S: exit code $?"
        fi
    done
    clang 0.17.1 -c -o pointers.o
    echo "ELF class $(od -An -tu1 -j4 -N1 pointers.o | tr -d ' ')"
)
diff - <(echo "$measured") <<'END' || exit 1
clang version 20.1.2
-fsyntax-only: exit code 0
-S: exit code 1
clang version 22.1.8
-fsyntax-only: exit code 0
-S: exit code 0
ldr w0, [x0, #8]
.size table, 8
.word 16                              // 0x10
ELF class 1
END
echo "$measured"
