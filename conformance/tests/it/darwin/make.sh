#!/bin/sh
# Makes a program of macOS and the debug information that dsymutil gathers of it: clang, lld and dsymutil 14 of Debian 12 (clang-14, lld-14, llvm-14).
set -e
here=$PWD
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
echo 'struct shown { char c; long l; } shown; int main(void) { return 0; }' > program.c
clang --target=x86_64-apple-macos11 -g -fdebug-compilation-dir=. -c program.c -o program.o
ld64.lld -arch x86_64 -platform_version macos 11.0 11.0 -oso_prefix "$PWD/" -e _main program.o -o program
dsymutil program
cp program "$here/program"
cp program.dSYM/Contents/Resources/DWARF/program "$here/program.dwarf"
