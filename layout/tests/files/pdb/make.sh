#!/bin/sh
# Makes the PDB beside it, and the program whose it is: clang and lld-link 14 of Debian 12 (clang-14, lld-14).
set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cp one.c two.cpp "$folder"
here=$PWD
cd "$folder"
for source in one.c two.cpp; do
    clang --target=x86_64-pc-windows-msvc -g -gcodeview -fstandalone-debug -fdebug-compilation-dir=. -c "$source" -o "$source.obj"
done
lld-link-14 /debug /nodefaultlib /entry:main /subsystem:console /brepro /pdbaltpath:%_PDB% one.c.obj two.cpp.obj /out:wire.exe /pdb:wire.pdb
cp wire.exe wire.pdb "$here"
