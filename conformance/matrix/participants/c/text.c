/* text: a line of ASCII each way. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sum.h"

/*
 * strtoll() does what the protocol asks for: in the C locale, which is never
 * changed, it skips the same white space, and it reports what does not fit.
 */
bool take_integer(const char **at, int64_t *value)
{
	char *end;
	bool taken;

	errno = 0;
	*value = strtoll(*at, &end, 10);
	taken = end != *at && errno == 0;
	*at = end;
	return taken;
}

/* Copies a whole line, without its end, to be a string. */
static enum progress get_line(const unsigned char *in, size_t n, char line[CAP + 1],
	size_t *size)
{
	const unsigned char *end = memchr(in, '\n', n <= CAP ? n : CAP + 1);

	if (end == NULL) {
		*size = n + 1;
		return n <= CAP ? MORE : TOO_LONG;
	}
	*size = (size_t)(end - in) + 1;
	memcpy(line, in, *size);
	line[*size - 1] = '\0';
	return WHOLE;
}

static size_t put(unsigned char *out, enum kind kind, const int64_t m[2])
{
	char line[ENCODED_MAX] = "input error\n";

	if (kind == REQUEST)
		(void)snprintf(line, sizeof line, "%" PRId64 " %" PRId64 "\n", m[A], m[B]);
	else if (m[STATUS] == ADDED)
		(void)snprintf(line, sizeof line, "%" PRId64 "\n", m[SUM]);
	memcpy(out, line, strlen(line));
	return strlen(line);
}

static enum progress get(const unsigned char *in, size_t n, enum kind kind,
	int64_t m[2], size_t *size)
{
	char line[CAP + 1];
	const char *at = line;
	unsigned char again[ENCODED_MAX];
	enum progress p = get_line(in, n, line, size);

	if (p != WHOLE)
		return p;
	/* A NUL ends the string. It is neither white space nor a digit in any case. */
	if (kind == REQUEST)
		return take_integer(&at, &m[A]) && take_integer(&at, &m[B]) ? WHOLE : BAD;
	/* A reply is valid only in the form that we write, without a sign or digit too many. */
	m[STATUS] = take_integer(&at, &m[SUM]) ? ADDED : MALFORMED;
	if (m[STATUS] != ADDED)
		m[SUM] = 0;
	return put(again, REPLY, m) == *size && memcmp(in, again, *size) == 0 ? WHOLE : BAD;
}

int64_t nearest_long(int64_t value)
{
	if (value > LONG_MAX)
		return LONG_MAX;
	return value < LONG_MIN ? LONG_MIN : value;
}

/* By arithmetic: a cast of what does not fit would be implementation-defined. */
int64_t cut_to_long(int64_t sum)
{
	unsigned long low = (unsigned long)sum;

	return low <= LONG_MAX ? (int64_t)low : -(int64_t)(ULONG_MAX - low) - 1;
}

const struct encoding text = { "text", false, put, get };
/* The same lines. The server reads their integers into a long, and adds them as such. */
const struct encoding text_long = { "text-long", false, put, get };
