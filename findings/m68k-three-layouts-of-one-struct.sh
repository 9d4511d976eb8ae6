#!/usr/bin/env bash
# Debian 12, cpp-12-m68k-linux-gnu 12.2.0-13cross1 (gcc 12.2.0); PyPI, ziglang 0.15.2
# (`zig clang`, clang 20.1.2) and 0.17.1 (clang 22.1.8): on m68k-linux-gnu, the three
# compilers lay out one struct in three ways. None of them warns.
#
# gcc aligns none of these types to more than 2 octets. Clang 20 aligns int to 4 and double
# to 8, as most machines do. Clang 22 aligns int and pointers to 2 like gcc, but still float
# to 4, long long and double to 8, and its long double has 8 octets where gcc's has 12. So
# clang 22 agrees neither with what gcc built nor with what clang 20 built.
#
# Seen with gcc 12, clang 20 and clang 22: sizeof(struct pair) 6, 8, 6; sizeof(struct all)
# 44, 48, 48; its last pointer at 40, 44, 42; sizeof(long double) 12, 8, 8.
#
# Exit 0: still so; 1: changed; 2: could not run (needs Debian's apt, pip, amd64).
set -Eeuo pipefail
trap 'echo "could not run: line $LINENO" >&2; exit 2' ERR
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# A private apt: its lists, cache and status are in the temporary folder.
mirror=$(apt-get --print-uris update | sed -n "s,^'\(.*/debian\)/*/dists/.*,\1,p" | sort -u | head -n 1)
echo "deb [target=Packages signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" > sources
cat > apt.conf <<END
Dir { State "$tmp"; State::status "$tmp/status"; Cache "$tmp"; Etc { sourcelist "$tmp/sources"; sourceparts "-"; }; };
APT::Sandbox::User "root";
#clear APT::Update;
END
touch status
apt-get -qq -c apt.conf update
apt-get -qq -c apt.conf download cpp-12-m68k-linux-gnu=12.2.0-13cross1 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 libisl23=0.25-1.1
for deb in *.deb; do dpkg-deb -x "$deb" .; done
# Only the compiler is unpacked of each wheel: the source needs no header.
for version in 0.15.2 0.17.1; do
    python3 -m pip -q download --no-cache-dir --no-deps --only-binary :all: "ziglang==$version"
    python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract("ziglang/zig", sys.argv[2])' \
        "ziglang-$version"-*.whl "$version"
    rm "ziglang-$version"-*.whl
    chmod +x "$version/ziglang/zig"
done

# Each number is the length of an array, and the assembly (gcc) or the IR (clang, whose
# package has no back end for m68k) tells it.
cat > all.c <<'END'
struct pair { char c; int i; };
struct all { char c; int i; long long l; float f; double d; long double e; short s; void *p; };
#define OFFSET(field) char field[__builtin_offsetof(struct all, field)]
OFFSET(i); OFFSET(l); OFFSET(f); OFFSET(d); OFFSET(e); OFFSET(s); OFFSET(p);
char size[sizeof(struct all)], pair[sizeof(struct pair)], long_double[sizeof(long double)];
END
gcc() {
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu usr/lib/gcc-cross/m68k-linux-gnu/12/cc1 -quiet -fcommon all.c -o all.s
    sed -n 's/^\t\.comm\t\([a-z_]*\),\([0-9]*\),.*/\1=\2/p' all.s | paste -sd' '
}
clang() { # VERSION
    "$1/ziglang/zig" clang --target=m68k-linux-gnu -fcommon -S -emit-llvm all.c -o all.ll
    sed -n 's/^@\([a-z_]*\) = .*\[\([0-9]*\) x i8\].*/\1=\2/p' all.ll | paste -sd' '
}
measured=$(echo "gcc 12: $(gcc)"; echo "clang 20: $(clang 0.15.2)"; echo "clang 22: $(clang 0.17.1)")
diff - <(echo "$measured") <<'END' || exit 1
gcc 12: i=2 l=6 f=14 d=18 e=26 s=38 p=40 size=44 pair=6 long_double=12
clang 20: i=4 l=8 f=16 d=24 e=32 s=40 p=44 size=48 pair=8 long_double=8
clang 22: i=2 l=8 f=16 d=24 e=32 s=40 p=42 size=48 pair=6 long_double=8
END
echo "$measured"
