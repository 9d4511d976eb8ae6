/* What the files of this program share. Encodings do not use sockets. */
#ifndef SUM_H
#define SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { DONE = 0, TROUBLE = 1, USAGE = 2, NOT_IMPLEMENTED = 127 };       /* exit codes */

void abi(FILE *out);
int serve(char *specs[], int n);        /* ENC[=ADDR] ... */
int drive(void);

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

bool take_integer(const char **at, int64_t *value);     /* as scanf() does; moves *at */
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

enum { ADDRESS_MAX = 32 };              /* "255.255.255.255:65535" fits */

struct sockaddr_in;

bool parse_address(const char *s, struct sockaddr_in *a); /* IP:PORT, IPv4 and numeric */
void format_address(const struct sockaddr_in *a, char out[ADDRESS_MAX]);
void local_address(int fd, char out[ADDRESS_MAX]);
int64_t now_ms(void);

#endif
