#!/bin/sh
# Makes the files of this folder anew: two programs, and what `dwz -m` moved out of both. Wants dwz 0.15, gcc and s390x-linux-gnu-gcc.
set -e
cd "$(mktemp -d)"
common='struct shared { char c; unsigned long l; enum kind { ONE, TWO } k; struct point { short x, y; double z; } p[3]; union either { int i; float f; } u; }; typedef struct shared *shared_pointer; struct list { struct list *next; shared_pointer of; unsigned flags : 3, more : 9; };'
echo "$common struct only_one { struct shared s; int x[4]; } one; struct list l; void _start(void) {}" > one.c
echo "$common struct only_two { struct shared s; char name[9]; } two; struct list l; void _start(void) {}" > two.c
make() { # the name of the set, the compiler, the version of DWARF, dwz's option
    for name in one two; do
        "$2" -gdwarf-"$3" -static -nostdlib -Wl,--build-id=none,-z,noseparate-code -fno-asynchronous-unwind-tables $name.c -o $name-"$1"
    done
    dwz $4 -m common-"$1" one-"$1" two-"$1"
}
make dwarf4 gcc 4
make dwarf5 gcc 5
make sup gcc 5 --dwarf-5
make s390x s390x-linux-gnu-gcc 5
ls -d "$PWD"/*-*
