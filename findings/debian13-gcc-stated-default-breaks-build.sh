#!/usr/bin/env bash
# Debian 13, gcc-14-arm-linux-gnueabihf 14.2.0-19cross1, libc6-dev-armhf-cross 2.41-11cross1:
# to state the default breaks the build, and to ask for 32-bit time also shrinks off_t.
#
# Debian's driver defines _TIME_BITS=64 and _FILE_OFFSET_BITS=64 for 32-bit Arm. In its
# specs (-dumpspecs) the second default stands inside the condition of the first. So an
# option that names _TIME_BITS, even with the value that is the default, takes both away.
#
# Seen, as sizeof(off_t) and sizeof(time_t): 8 8 without options; an #error of glibc with
# -D_TIME_BITS=64 alone; 4 4 with -D_TIME_BITS=32 and with -U_TIME_BITS. The other way
# round, -D_FILE_OFFSET_BITS=64 changes nothing, while -D_FILE_OFFSET_BITS=32 and
# -U_FILE_OFFSET_BITS are the #error, because the 64-bit time of the default stays.
#
# Exit 0: still so; 1: changed; 2: could not run (needs Debian's apt, amd64).
set -Eeuo pipefail
trap 'echo "could not run: line $LINENO" >&2; exit 2' ERR
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# A private apt: its lists, cache and status are in the temporary folder.
mirror=$(apt-get --print-uris update | sed -n "s,^'\(.*/debian\)/*/dists/.*,\1,p" | sort -u | head -n 1)
echo "deb [target=Packages signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > sources
cat > apt.conf <<END
Dir { State "$tmp"; State::status "$tmp/status"; Cache "$tmp"; Etc { sourcelist "$tmp/sources"; sourceparts "-"; }; };
APT::Sandbox::User "root";
#clear APT::Update;
END
touch status
apt-get -qq -c apt.conf update
# libc6 and zlib1g only carry the compiler; Debian's updates replace their versions.
apt-get -qq -c apt.conf download \
    gcc-14-arm-linux-gnueabihf=14.2.0-19cross1 cpp-14-arm-linux-gnueabihf=14.2.0-19cross1 \
    libgcc-14-dev-armhf-cross=14.2.0-19cross1 libc6-dev-armhf-cross=2.41-11cross1 \
    linux-libc-dev-armhf-cross=6.12.38-1cross1 libgmp10=2:6.3.0+dfsg-3 libisl23=0.27-1 \
    libmpc3=1.3.1-1+b3 libmpfr6=4.2.2-1 libzstd1=1.5.7+dfsg-1 libc6 zlib1g
for deb in *.deb; do dpkg-deb -x "$deb" .; done

# The compiler runs on Debian 13's own libraries, whatever this system has.
libs=$tmp/usr/lib/x86_64-linux-gnu
loader=$libs/ld-linux-x86-64.so.2
gcc() {
    "$loader" --library-path "$libs" "$tmp/usr/bin/arm-linux-gnueabihf-gcc-14" \
        -wrapper "$loader,--library-path,$libs" -isystem "$tmp/usr/arm-linux-gnueabihf/include" "$@"
}
echo 'int works;' > works.c
gcc -S works.c

printf '%s\n' '#include <sys/types.h>' 'char off[sizeof(off_t)], time[sizeof(time_t)];' > types.c
sizes() { # OPTION...: sizeof(off_t), sizeof(time_t), or the text of the #error
    if gcc "$@" -fcommon -S types.c -o types.s 2> errors; then
        sed -n 's/.*\.comm[[:space:]]*[a-z]*,\([0-9]*\),.*/\1/p' types.s | paste -sd' '
    else
        sed -n 's/.*error: #error //p' errors
    fi
}
measured=$(
    for option in '' -D_TIME_BITS=64 -D_TIME_BITS=32 -U_TIME_BITS \
        -D_FILE_OFFSET_BITS=64 -D_FILE_OFFSET_BITS=32 -U_FILE_OFFSET_BITS; do
        echo "${option:-no option}: $(sizes ${option:+"$option"})"
    done
    echo "both: $(sizes -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64)"
)
diff - <(echo "$measured") <<'END' || exit 1
no option: 8 8
-D_TIME_BITS=64: "_TIME_BITS=64 is allowed only with _FILE_OFFSET_BITS=64"
-D_TIME_BITS=32: 4 4
-U_TIME_BITS: 4 4
-D_FILE_OFFSET_BITS=64: 8 8
-D_FILE_OFFSET_BITS=32: "_TIME_BITS=64 is allowed only with _FILE_OFFSET_BITS=64"
-U_FILE_OFFSET_BITS: "_TIME_BITS=64 is allowed only with _FILE_OFFSET_BITS=64"
both: 8 8
END
echo "$measured"
