#!/usr/bin/env bash
# PyPI, pyasn1 0.6.5: its DER of the least number of each width has an octet too many.
#
# X.690 (8.3.2) forbids that the first nine bits of an INTEGER are all ones. The two's
# complement of -128 fits one octet, that of -32768 two, and so on for each -2^(8n-1):
# pyasn1 writes one more for just these, and no other number. So the DER of a signed or
# hashed structure is not that of other libraries. asn1crypto 1.5.1 writes the short form.
#
# Seen: -128 is 0202ff80 and 020180; -32768 is 0203ff8000 and 02028000; -127, -129, 127,
# 128 and -32767 are the same in both. pyasn1 reads both forms as one number.
#
# Exit 0: still so; 1: changed; 2: could not run (needs python3 with venv, and PyPI).
set -Eeuo pipefail
trap 'echo "could not run: line $LINENO" >&2; exit 2' ERR
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

python3 -m venv env
env/bin/pip -q install --no-cache-dir --disable-pip-version-check pyasn1==0.6.5 asn1crypto==1.5.1
cat > der.py <<'END'
from asn1crypto.core import Integer as Other
from pyasn1.codec.der import decoder, encoder
from pyasn1.type.univ import Integer

for number in -127, -128, -129, 127, 128, -32767, -32768:
    print(number, encoder.encode(Integer(number)).hex(), Other(number).dump().hex())
print(*(int(decoder.decode(bytes.fromhex(der))[0]) for der in ("0202ff80", "020180")))
END
measured=$(env/bin/python der.py)
expected='-127 020181 020181
-128 0202ff80 020180
-129 0202ff7f 0202ff7f
127 02017f 02017f
128 02020080 02020080
-32767 02028001 02028001
-32768 0203ff8000 02028000
-128 -128'
echo "$measured"
[ "$measured" = "$expected" ] || { echo "changed" >&2; exit 1; }
