/* The registry, and what is the same for every encoding. */
#include <string.h>

#include "sum.h"

const struct encoding *const encodings[] = {
	&text, &text_long, &raw_long, &raw_fixed, &raw_mixed, &raw_packed,
	&network, &little, &xdr, &varint, NULL
};

const struct encoding *find_encoding(const char *name)
{
	const struct encoding *const *e;

	for (e = encodings; *e != NULL && strcmp((*e)->name, name) != 0; e++)
		continue;
	return *e;
}

/* The word for a refusal. A client of text does not learn the reason. */
const char *refusal(const struct encoding *enc, int64_t status)
{
	static const char *const words[] = { NULL, "malformed", "overflow", "too-large" };

	return enc == &text || enc == &text_long ? "input-error" : words[status];
}

/* An unknown status, or a sum in a refusal, is not a reply in any encoding. */
enum progress decode(const struct encoding *enc, const unsigned char *in, size_t n,
	enum kind kind, int64_t m[2], size_t *size)
{
	enum progress p = enc->get(in, n, kind, m, size);
	bool refused = p == WHOLE && kind == REPLY && m[STATUS] != ADDED;

	if (refused && (m[STATUS] < 0 || m[STATUS] > TOO_LARGE || m[SUM] != 0))
		return BAD;
	return p;
}

static void add(const struct encoding *enc, const int64_t request[2], int64_t reply[2])
{
	bool in_long = enc == &text_long;
	uint64_t a = (uint64_t)(in_long ? nearest_long(request[A]) : request[A]);
	uint64_t b = (uint64_t)(in_long ? nearest_long(request[B]) : request[B]);
	uint64_t sum = a + b;
	/* The true sum does not fit when the signs of both differ from that of the result. */
	bool overflow = !enc->raw && ((a ^ sum) & (b ^ sum)) >> 63 != 0;

	reply[STATUS] = overflow ? OVERFLOWED : ADDED;
	reply[SUM] = overflow ? 0 : to_signed(sum);
	if (in_long)
		reply[SUM] = cut_to_long(reply[SUM]);
}

enum progress answer(const struct encoding *enc, const unsigned char *in, size_t n,
	unsigned char *out, size_t *out_n, size_t *size)
{
	int64_t request[2], reply[2] = { MALFORMED, 0 };
	enum progress p = decode(enc, in, n, REQUEST, request, size);

	*out_n = 0;
	if (p == MORE)
		return p;
	if (p == WHOLE)
		add(enc, request, reply);
	if (p == TOO_LONG) {
		reply[STATUS] = TOO_LARGE;
		*size = n;
	}
	*out_n = enc->put(out, REPLY, reply);
	return p;
}

/* By arithmetic: a cast of what does not fit would be implementation-defined. */
int64_t to_signed(uint64_t u)
{
	return u <= INT64_MAX ? (int64_t)u : -(int64_t)(UINT64_MAX - u) - 1;
}
