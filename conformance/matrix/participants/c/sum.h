/*
 * The encodings, and what they are made of. This compiles without an operating
 * system, too: of the C library it wants memcpy(), memset() and their kin.
 */
#ifndef SUM_H
#define SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints `KEY VALUE` lines in pieces, each a string. */
void abi(void (*print)(const char *piece));

/*
 * Both messages are two integers: a request is m[A] and m[B], a reply is
 * m[STATUS] and m[SUM], which is 0 in a refusal.
 */
enum { A = 0, B = 1, STATUS = 0, SUM = 1 };
enum { ADDED, MALFORMED, OVERFLOWED, TOO_LARGE };       /* STATUS, as it travels */

enum {
	CAP = 1024,             /* octets of a line or a frame, its end or prefix not counted */
	PREFIX = 4,             /* the length before a frame */
	INPUT_MAX = CAP + PREFIX, /* no acceptable message is longer */
	ENCODED_MAX = 64        /* no message that we write is longer */
};

enum progress {
	MORE,                   /* not whole yet: *size octets at least are needed */
	WHOLE,                  /* decoded from the first *size octets */
	BAD,                    /* the first *size octets are a message, but no valid one */
	TOO_LONG                /* over the cap: its end is not known */
};

enum kind { REQUEST, REPLY };

struct encoding {
	const char *name;
	bool raw;               /* sums wrap, and each exchange has a connection of its own */
	/* Returns how many octets were written, at most ENCODED_MAX; 0: m is unrepresentable. */
	size_t (*put)(unsigned char *out, enum kind kind, const int64_t m[2]);
	/* To be called by decode() only. */
	enum progress (*get)(const unsigned char *in, size_t n, enum kind kind,
		int64_t m[2], size_t *size);
};

extern const struct encoding text, text_long, raw_long, raw_fixed, raw_mixed, raw_packed,
	network, little, xdr, varint;
extern const struct encoding *const encodings[];        /* all of them, and NULL */

const struct encoding *find_encoding(const char *name);
const char *refusal(const struct encoding *enc, int64_t status);
enum progress decode(const struct encoding *enc, const unsigned char *in, size_t n,
	enum kind kind, int64_t m[2], size_t *size);

/*
 * Answers the first request of the input. MORE: nothing is written, and *size
 * octets at least are needed. Else the reply is *out_n octets at out, at most
 * ENCODED_MAX, and *size octets are done with: all n of them when TOO_LONG.
 */
enum progress answer(const struct encoding *enc, const unsigned char *in, size_t n,
	unsigned char *out, size_t *out_n, size_t *size);

enum { DECIMAL_MAX = 21 };              /* "-9223372036854775808", and NUL */

/* As scanf() does, from *at to end at most; moves *at. */
bool take_integer(const char **at, const char *end, int64_t *value);
bool parse_integer(const char *s, int64_t *value);      /* a whole string */
const char *decimal(int64_t value, char out[DECIMAL_MAX]);
int64_t nearest_long(int64_t value);                    /* as strtol() gives it */
int64_t cut_to_long(int64_t sum);                       /* its low bits */
void put_word(unsigned char *out, uint64_t word, size_t octets, bool big);
uint64_t get_word(const unsigned char *in, size_t octets, bool big);
int64_t to_signed(uint64_t u);          /* two's complement */

/* Here because abi measures it. */
struct raw_mixed {
	int8_t op;
	int64_t a;
	int16_t tag;
	int64_t b;
};

#endif
