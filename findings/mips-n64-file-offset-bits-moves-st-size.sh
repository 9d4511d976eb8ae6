#!/usr/bin/env bash
# Debian 12, libc6-dev-mips64el-cross 2.36-8cross2, cpp-12-mips64el-linux-gnuabi64 12.2.0-14cross5:
# on 64-bit MIPS (n64), -D_FILE_OFFSET_BITS=64 moves one field of struct stat.
#
# off_t has 64 bits with and without the option, so one expects no effect. But the
# padding before st_size differs: two unsigned before off_t, three before off64_t. Two
# libraries, one built with the option and one without, that pass a struct stat to each
# other disagree about the size of a file and about nothing else.
#
# Seen: st_size at 72 without the option and at 80 with it; sizeof(struct stat) 216,
# sizeof(off_t) 8 and the other offsets are the same.
#
# Exit 0: still so; 1: changed; 2: could not run (needs Debian's apt, amd64).
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
apt-get -qq -c apt.conf download \
    cpp-12-mips64el-linux-gnuabi64=12.2.0-14cross5 libgcc-12-dev-mips64el-cross=12.2.0-14cross5 \
    libc6-dev-mips64el-cross=2.36-8cross2 linux-libc-dev-mips64el-cross=6.1.8-1cross2 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 libisl23=0.25-1.1
for deb in *.deb; do dpkg-deb -x "$deb" .; done

# The size of a common symbol is the number asked for; the assembly tells it.
cat > stat.c <<'END'
#include <stddef.h>
#include <sys/stat.h>
#define OFFSET(field) char field[offsetof(struct stat, st_##field)]
char sizeof_stat[sizeof(struct stat)], sizeof_off_t[sizeof(off_t)];
OFFSET(ino); OFFSET(mode); OFFSET(nlink); OFFSET(uid); OFFSET(gid); OFFSET(rdev); OFFSET(size);
OFFSET(atim); OFFSET(mtim); OFFSET(ctim); OFFSET(blksize); OFFSET(blocks);
END
numbers() { # OPTION...
    local gcc=usr/lib/gcc-cross/mips64el-linux-gnuabi64/12
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu "$gcc/cc1" -quiet -mabi=64 -fcommon "$@" -nostdinc \
        -isystem "$gcc/include" -isystem usr/mips64el-linux-gnuabi64/include stat.c -o stat.s
    sed -n 's/^\t\.comm\t\([a-z_]*\),\([0-9]*\),.*/\1=\2/p' stat.s | paste -sd' '
}
without=$(numbers)
with=$(numbers -D_FILE_OFFSET_BITS=64)
diff - <(echo "$without"; echo "$with") <<'END' || exit 1
sizeof_stat=216 sizeof_off_t=8 ino=24 mode=32 nlink=40 uid=48 gid=52 rdev=56 size=72 atim=88 mtim=104 ctim=120 blksize=136 blocks=152
sizeof_stat=216 sizeof_off_t=8 ino=24 mode=32 nlink=40 uid=48 gid=52 rdev=56 size=80 atim=88 mtim=104 ctim=120 blksize=136 blocks=152
END
echo "without: $without"
echo "with:    $with"
