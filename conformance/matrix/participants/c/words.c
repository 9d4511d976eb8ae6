/*
 * network, little, xdr: words of a fixed width in a fixed order. They are written
 * by shifts alone, so that the machine's own order does not matter.
 */
#include "sum.h"

void put_word(unsigned char *out, uint64_t word, size_t octets, bool big)
{
	size_t i;

	for (i = 0; i < octets; i++, word >>= 8)
		out[big ? octets - 1 - i : i] = (unsigned char)(word & 0xff);
}

uint64_t get_word(const unsigned char *in, size_t octets, bool big)
{
	uint64_t word = 0;
	size_t i;

	for (i = 0; i < octets; i++)
		word = word << 8 | in[big ? i : octets - 1 - i];
	return word;
}

/* The first word's width differs: an XDR discriminant has 4 octets. */
static size_t put_pair(unsigned char *out, const int64_t m[2], size_t width, bool big)
{
	put_word(out, (uint64_t)m[0], width, big);
	put_word(out + width, (uint64_t)m[1], 8, big);
	return width + 8;
}

static enum progress get_pair(const unsigned char *in, size_t n, int64_t m[2],
	size_t width, bool big, size_t *size)
{
	*size = width + 8;
	if (n < *size)
		return MORE;
	m[0] = to_signed(get_word(in, width, big));
	m[1] = to_signed(get_word(in + width, 8, big));
	return WHOLE;
}

#define PAIR(id, big)								\
static size_t put_##id(unsigned char *out, enum kind kind, const int64_t m[2])	\
{										\
	(void)kind;								\
	return put_pair(out, m, 8, big);					\
}										\
										\
static enum progress get_##id(const unsigned char *in, size_t n, enum kind kind, \
	int64_t m[2], size_t *size)						\
{										\
	(void)kind;								\
	return get_pair(in, n, m, 8, big, size);				\
}										\
										\
const struct encoding id = { #id, false, put_##id, get_##id }

PAIR(network, true);
PAIR(little, false);

/* RFC 4506: a union is its discriminant (4.15) and then a hyper (4.5) or nothing. */
static size_t put_xdr(unsigned char *out, enum kind kind, const int64_t m[2])
{
	size_t n = put_pair(out, m, kind == REPLY ? 4 : 8, true);

	return kind == REPLY && m[STATUS] != ADDED ? 4 : n;
}

static enum progress get_xdr(const unsigned char *in, size_t n, enum kind kind,
	int64_t m[2], size_t *size)
{
	*size = 4;
	if (n < *size)
		return MORE;
	m[STATUS] = to_signed(get_word(in, 4, true));
	m[SUM] = 0;
	if (kind == REPLY && m[STATUS] != ADDED)
		return WHOLE;
	return get_pair(in, n, m, kind == REPLY ? 4 : 8, true, size);
}

const struct encoding xdr = { "xdr", false, put_xdr, get_xdr };
