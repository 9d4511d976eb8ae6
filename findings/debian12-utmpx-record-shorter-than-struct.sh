#!/usr/bin/env bash
# Debian 12, i386, glibc 2.36-8cross1: a program with 64-bit time cannot read utmp.
#
# With -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64, struct utmpx grows from 384 to 392
# octets, because ut_session becomes a long and ut_tv two numbers of 64 bits. The
# functions are not redirected: there is one getutxent and one pututxline, and both
# handle records of 384 octets. No header warns of this.
#
# Seen: each program reads back what it wrote itself, so a test of one program passes.
# The one with 64-bit time reads the other's record as 2810288296086016 seconds (the
# microseconds are the upper half), with the address as microseconds and 0 as address;
# the one with 32-bit time takes the other's microseconds for the address. One record
# in the file has 384 octets whoever wrote it.
#
# Exit 0: still so; 1: changed; 2: could not run (needs Debian's apt, amd64, and a
# kernel that runs i386 programs).
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
    cpp-12=12.2.0-14+deb12u1 libgcc-12-dev=12.2.0-14+deb12u1 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 libisl23=0.25-1.1 \
    binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2 libctf0=2.40-2 libjansson4=2.14-2 \
    libc6-i386-cross=2.36-8cross1 libc6-dev-i386-cross=2.36-8cross1 linux-libc-dev-i386-cross=6.1.4-1cross1
for deb in *.deb; do dpkg-deb -x "$deb" .; done

cat > utmpx.c <<'END'
#define _GNU_SOURCE
#include <stdio.h>
#include <utmpx.h>
int main(int argc, char **argv)
{
    struct utmpx *read, user = {.ut_type = USER_PROCESS, .ut_id = "1", .ut_addr_v6 = {0x0100007f}};
    user.ut_tv.tv_sec = 1000000000;
    user.ut_tv.tv_usec = 654321;
    utmpxname("utmp");
    if (argc > 1)
        pututxline(&user);
    setutxent();
    if (!(read = getutxent()))
        return puts("no record") < 0;
    printf("%s sizeof=%zu sec=%lld usec=%lld addr=%d\n", argv[0], sizeof user, (long long)read->ut_tv.tv_sec,
        (long long)read->ut_tv.tv_usec, (int)read->ut_addr_v6[0]);
}
END
build() { # NAME OPTION...
    local name=$1 gcc=$tmp/usr/lib/gcc/x86_64-linux-gnu/12 sysroot=$tmp/usr/i686-linux-gnu; shift
    local -x LD_LIBRARY_PATH=$tmp/usr/lib/x86_64-linux-gnu
    "$gcc/cc1" -quiet -m32 -fno-pie "$@" -nostdinc -isystem "$gcc/include" -isystem "$sysroot/include" utmpx.c -o "$name.s"
    usr/bin/x86_64-linux-gnu-as --32 "$name.s" -o "$name.o"
    usr/bin/x86_64-linux-gnu-ld -m elf_i386 -dynamic-linker "$sysroot/lib/ld-linux.so.2" -rpath "$sysroot/lib" \
        -o "$name" "$sysroot/lib/crt1.o" "$name.o" "$sysroot/lib/libc.so.6" "$sysroot/lib/libc_nonshared.a"
}
build time32
build time64 -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64

measured=$(
    for pair in 'time32 time64' 'time64 time32'; do
        read -r writer reader <<< "$pair"
        : > utmp
        "./$writer" write
        "./$reader"
        echo "file: $(stat -c %s utmp)"
    done
)
diff - <(echo "$measured") <<'END' || exit 1
./time32 sizeof=384 sec=1000000000 usec=654321 addr=16777343
./time64 sizeof=392 sec=2810288296086016 usec=16777343 addr=0
file: 384
./time64 sizeof=392 sec=1000000000 usec=654321 addr=16777343
./time32 sizeof=384 sec=1000000000 usec=0 addr=654321
file: 384
END
echo "$measured"
