#!/usr/bin/env bash
# Debian 12, libc6-dev-hppa-cross 2.36-8cross1, cpp-12-hppa-linux-gnu 12.2.0-13cross1:
# on hppa, a machine of 32 bits, pthread_mutex_t is over-aligned in the sense of C11.
#
# pthread_mutex_t, pthread_cond_t and pthread_rwlock_t are aligned to 16 octets, for a
# lock word of the old LinuxThreads; nothing else is, and max_align_t is to 8. So a
# pointer that is "suitably aligned for any object" is not for one with a mutex in it,
# and a char before a mutex costs 15 octets of padding. pthread_spinlock_t needs only 4.
#
# Seen: alignment 16 of those three, 4 of spinlock, barrier and sem_t, 8 of max_align_t;
# sizeof(pthread_mutex_t) 48, sizeof(struct { char; pthread_mutex_t; }) 64.
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
    cpp-12-hppa-linux-gnu=12.2.0-13cross1 libgcc-12-dev-hppa-cross=12.2.0-13cross1 \
    libc6-dev-hppa-cross=2.36-8cross1 linux-libc-dev-hppa-cross=6.1.4-1cross1 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 libisl23=0.25-1.1
for deb in *.deb; do dpkg-deb -x "$deb" .; done

# The size of a common symbol is the number asked for; the assembly tells it.
cat > mutex.c <<'END'
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
struct counter { char name; pthread_mutex_t mutex; };
char max_align[_Alignof(max_align_t)], biggest[__BIGGEST_ALIGNMENT__];
char mutex[_Alignof(pthread_mutex_t)], cond[_Alignof(pthread_cond_t)], rwlock[_Alignof(pthread_rwlock_t)];
char spinlock[_Alignof(pthread_spinlock_t)], barrier[_Alignof(pthread_barrier_t)], sem[_Alignof(sem_t)];
char sizeof_mutex[sizeof(pthread_mutex_t)], sizeof_counter[sizeof(struct counter)];
END
gcc=usr/lib/gcc-cross/hppa-linux-gnu/12
LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu "$gcc/cc1" -quiet -fcommon -nostdinc \
    -isystem "$gcc/include" -isystem usr/hppa-linux-gnu/include mutex.c -o mutex.s
measured=$(sed -n 's/^\t\.comm\t\([a-z_]*\),\([0-9]*\),.*/\1=\2/p' mutex.s)
diff - <(echo "$measured") <<'END' || exit 1
max_align=8
biggest=8
mutex=16
cond=16
rwlock=16
spinlock=4
barrier=4
sem=4
sizeof_mutex=48
sizeof_counter=64
END
echo "$measured"
