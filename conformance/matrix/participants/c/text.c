/* text: a line of ASCII each way. */
#include <limits.h>
#include <string.h>

#include "sum.h"

/* Without its last digit, which is 7, or 8 after a minus. */
#define MOST_TENS (INT64_MAX / 10)

/* White space of the C locale; isspace() may ask another one. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * By hand, as strtoll() does it in the C locale: a message has an end, but no NUL,
 * and not every C library for boards has that function.
 */
bool take_integer(const char **at, const char *end, int64_t *value)
{
	const char *s = *at;
	uint64_t n = 0;
	bool minus, taken = false, fits = true;

	while (s < end && is_space(*s))
		s++;
	minus = s < end && *s == '-';
	if (s < end && (*s == '-' || *s == '+'))
		s++;
	for (; s < end && *s >= '0' && *s <= '9'; s++) {
		unsigned digit = (unsigned)(*s - '0');

		taken = true;
		fits = fits && (n < MOST_TENS || (n == MOST_TENS && digit <= (minus ? 8U : 7U)));
		n = n * 10 + digit;
	}
	if (taken)
		*at = s;
	*value = to_signed(minus ? 0 - n : n);
	return taken && fits;
}

bool parse_integer(const char *s, int64_t *value)
{
	const char *end = s + strlen(s);

	return take_integer(&s, end, value) && s == end;
}

const char *decimal(int64_t value, char out[DECIMAL_MAX])
{
	char backwards[DECIMAL_MAX], *to = out;
	uint64_t n = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	int i = 0;

	do {
		backwards[i++] = (char)('0' + (char)(n % 10));
		n /= 10;
	} while (n != 0);
	if (value < 0)
		*to++ = '-';
	while (i > 0)
		*to++ = backwards[--i];
	*to = '\0';
	return out;
}

/* Where a whole line ends, its LF not counted. */
static enum progress find_line(const unsigned char *in, size_t n, const char **end,
	size_t *size)
{
	const unsigned char *lf = memchr(in, '\n', n <= CAP ? n : CAP + 1);

	if (lf == NULL) {
		*size = n + 1;
		return n <= CAP ? MORE : TOO_LONG;
	}
	*size = (size_t)(lf - in) + 1;
	*end = (const char *)lf;
	return WHOLE;
}

/* Appends to a line, and returns its new end. */
static char *append(char *to, const char *s)
{
	size_t n = strlen(s);

	memcpy(to, s, n);
	return to + n;
}

static size_t put(unsigned char *out, enum kind kind, const int64_t m[2])
{
	char *line = (char *)out, *end = line, digits[DECIMAL_MAX];

	if (kind == REQUEST) {
		end = append(append(end, decimal(m[A], digits)), " ");
		end = append(end, decimal(m[B], digits));
	} else {
		end = append(end, m[STATUS] == ADDED ? decimal(m[SUM], digits) : "input error");
	}
	end = append(end, "\n");
	return (size_t)(end - line);
}

static enum progress get(const unsigned char *in, size_t n, enum kind kind,
	int64_t m[2], size_t *size)
{
	const char *at = (const char *)in, *end;
	unsigned char again[ENCODED_MAX];
	enum progress p = find_line(in, n, &end, size);

	if (p != WHOLE)
		return p;
	/* A NUL is neither white space nor a digit. */
	if (kind == REQUEST)
		return take_integer(&at, end, &m[A]) && take_integer(&at, end, &m[B]) ? WHOLE : BAD;
	/* A reply is valid only in the form that we write, without a sign or digit too many. */
	m[STATUS] = take_integer(&at, end, &m[SUM]) ? ADDED : MALFORMED;
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
