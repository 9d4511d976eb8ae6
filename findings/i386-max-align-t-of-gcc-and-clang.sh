#!/usr/bin/env bash
# Debian 12, cpp-12 12.2.0-14+deb12u1 (gcc 12.2.0); PyPI, ziglang 0.17.1 (`zig clang`, clang
# 22.1.8): on i386-linux-gnu, max_align_t is another type with gcc than with clang.
#
# It comes from the compiler's own <stddef.h>. gcc's has a third member on i386, __float128,
# aligned to 16; clang's has long long and long double only. So a struct that ends in a
# max_align_t, or an allocator that rounds up to its alignment, changes with the compiler,
# on one machine with one C library. On x86-64, both have 32 octets, aligned to 16.
#
# Seen: sizeof and _Alignof 48 and 16 with gcc -m32, 24 and 8 with clang.
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
apt-get -qq -c apt.conf download cpp-12=12.2.0-14+deb12u1 libgcc-12-dev=12.2.0-14+deb12u1 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 libisl23=0.25-1.1
for deb in *.deb; do dpkg-deb -x "$deb" .; done
# Only the compiler and its own headers are unpacked of the wheel.
python3 -m pip -q download --no-cache-dir --no-deps --only-binary :all: ziglang==0.17.1
python3 - ziglang-0.17.1-*.whl <<'END'
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
own = ("ziglang/zig", "ziglang/lib/include/stddef.h", "ziglang/lib/include/__stddef")
wheel.extractall(members=[name for name in wheel.namelist() if name == own[0] or name.startswith(own[1:])])
END
chmod +x ziglang/zig

# The size of a common symbol is the number asked for; the assembly tells it.
cat > align.c <<'END'
#include <stddef.h>
struct block { int used; max_align_t data; };
char size[sizeof(max_align_t)], align[_Alignof(max_align_t)], data_at[offsetof(struct block, data)];
END
numbers() { sed -n 's/^\t\.comm\t\([a-z_]*\),\([0-9]*\),.*/\1=\2/p' align.s | paste -sd' '; }
gcc() { # OPTION
    local gcc=usr/lib/gcc/x86_64-linux-gnu/12
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu "$gcc/cc1" -quiet "$1" -fcommon -nostdinc -isystem "$gcc/include" align.c -o align.s
    numbers
}
clang() { # TARGET
    ziglang/zig clang "--target=$1" -fcommon -nostdinc -isystem ziglang/lib/include -S align.c -o align.s
    numbers
}
measured=$(
    echo "i386 gcc:     $(gcc -m32)"
    echo "i386 clang:   $(clang i386-linux-gnu)"
    echo "x86-64 gcc:   $(gcc -m64)"
    echo "x86-64 clang: $(clang x86_64-linux-gnu)"
)
diff - <(echo "$measured") <<'END' || exit 1
i386 gcc:     size=48 align=16 data_at=16
i386 clang:   size=24 align=8 data_at=8
x86-64 gcc:   size=32 align=16 data_at=16
x86-64 clang: size=32 align=16 data_at=16
END
echo "$measured"
