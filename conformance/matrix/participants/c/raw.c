/*
 * raw-*: structs as this compiler lays them out. The layouts differ between
 * machines, and that is intended: do not repair them.
 */
#include <string.h>

#include "sum.h"

struct raw_long { long a, b; };
struct raw_fixed { int64_t a, b; };
struct raw_packed { int8_t op; int64_t a; int16_t tag; int64_t b; } __attribute__((packed));

#define OP_AND_TAG raw.op = 0x2b; raw.tag = 0x5447

/*
 * Both directions of one encoding. Structs are cleared before they are filled
 * in, since padding is sent, too, and PROTOCOL.md wants it to be zero. A cast to
 * long of what does not fit is modulo 2^width, in gcc and in clang.
 */
#define RAW(id, integer, set_the_rest)						\
struct id##_reply { integer sum; };						\
										\
static size_t put_##id(unsigned char *out, enum kind kind, const int64_t m[2])	\
{										\
	struct raw_##id raw;							\
	struct id##_reply reply = { (integer)m[SUM] };				\
										\
	if (kind == REPLY) {							\
		memcpy(out, &reply, sizeof reply);				\
		return sizeof reply;						\
	}									\
	memset(&raw, 0, sizeof raw);						\
	raw.a = (integer)m[A];							\
	raw.b = (integer)m[B];							\
	set_the_rest;								\
	memcpy(out, &raw, sizeof raw);						\
	return raw.a == m[A] && raw.b == m[B] ? sizeof raw : 0;			\
}										\
										\
static enum progress get_##id(const unsigned char *in, size_t n,		\
	enum kind kind, int64_t m[2], size_t *size)				\
{										\
	struct raw_##id raw;							\
	struct id##_reply reply;						\
										\
	*size = kind == REPLY ? sizeof reply : sizeof raw;			\
	if (n < *size)								\
		return MORE;							\
	if (kind == REPLY) {							\
		memcpy(&reply, in, sizeof reply);				\
		m[STATUS] = ADDED;						\
		m[SUM] = reply.sum;						\
	} else {								\
		memcpy(&raw, in, sizeof raw);					\
		m[A] = raw.a;							\
		m[B] = raw.b;							\
	}									\
	return WHOLE;								\
}										\
										\
const struct encoding raw_##id = { "raw-" #id, true, put_##id, get_##id }

RAW(long, long, (void)0);
RAW(fixed, int64_t, (void)0);
RAW(mixed, int64_t, OP_AND_TAG);
RAW(packed, int64_t, OP_AND_TAG);
