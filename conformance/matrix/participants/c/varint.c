/* varint: zigzag LEB128 integers in a frame with a 32-bit big-endian length. */
#include "sum.h"

static unsigned char *put_leb128(unsigned char *out, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		*out++ = (unsigned char)(0x80 | (value & 0x7f));
	*out++ = (unsigned char)value;
	return out;
}

/* False when cut short, longer than necessary, or over 64 bits; moves *at. */
static bool get_leb128(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
	unsigned shift;

	*value = 0;
	for (shift = 0; *at < end && shift <= 63; shift += 7) {
		unsigned char octet = *(*at)++;

		if (shift == 63 && octet > 1)
			return false;
		*value |= (uint64_t)(octet & 0x7f) << shift;
		if (octet < 0x80)
			return octet != 0 || shift == 0;
	}
	return false;
}

static uint64_t zigzag(int64_t n)
{
	return (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t z)
{
	return to_signed(z >> 1 ^ (0 - (z & 1)));
}

static size_t put(unsigned char *out, enum kind kind, const int64_t m[2])
{
	bool reply = kind == REPLY;
	unsigned char *end = out + PREFIX;

	end = put_leb128(end, reply ? (uint64_t)m[STATUS] : zigzag(m[A]));
	if (!reply || m[STATUS] == ADDED)
		end = put_leb128(end, zigzag(m[1])); /* B or SUM */
	put_word(out, (uint64_t)(end - out) - PREFIX, PREFIX, true);
	return (size_t)(end - out);
}

static enum progress get(const unsigned char *in, size_t n, enum kind kind,
	int64_t m[2], size_t *size)
{
	bool reply = kind == REPLY;
	const unsigned char *at, *end;
	uint64_t first, second = 0;

	*size = PREFIX;
	if (n < *size)
		return MORE;
	if (get_word(in, PREFIX, true) > CAP)
		return TOO_LONG;
	*size += (size_t)get_word(in, PREFIX, true);
	if (n < *size)
		return MORE;
	at = in + PREFIX;
	end = in + *size;
	if (!get_leb128(&at, end, &first))
		return BAD;
	if ((!reply || first == ADDED) && !get_leb128(&at, end, &second))
		return BAD;
	m[0] = reply ? to_signed(first) : unzigzag(first);
	m[1] = unzigzag(second);
	return at == end ? WHOLE : BAD;
}

const struct encoding varint = { "varint", false, put, get };
