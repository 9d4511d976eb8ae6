/*
 * board: the sums on a machine that has a serial line and no operating system.
 * It answers questions, a line each, as PARTICIPANTS.md says, and remembers
 * nothing from one to the next. Whoever asks has the sockets.
 */
#include <string.h>

#include "board.h"
#include "../sum.h"

enum { WORD_MAX = 24 };                 /* a word of a question, and NUL */

static unsigned char octets[INPUT_MAX]; /* of the question */
static char last;                       /* what ended the last word */

static void print(const char *piece)
{
	for (; *piece != '\0'; piece++)
		line_put(*piece);
}

static void print_number(int64_t value)
{
	char digits[DECIMAL_MAX];

	print(" ");
	print(decimal(value, digits));
}

static void print_octets(const unsigned char *in, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	print(n == 0 ? " -" : " ");
	for (; n > 0; n--, in++) {
		line_put(digits[*in >> 4]);
		line_put(digits[*in & 0xf]);
	}
}

static char next(void)
{
	last = line_get();
	if (last == '\r')
		last = line_get();
	return last;
}

static bool at_end(void)
{
	return last == '\n';
}

/* The next word of the line. False: there is none, or it is too long. */
static bool take_word(char word[WORD_MAX])
{
	size_t n = 0;

	if (at_end())
		return false;
	while (next() != ' ' && !at_end())
		if (n < WORD_MAX)
			word[n++] = last;
	word[n < WORD_MAX ? n : WORD_MAX - 1] = '\0';
	return n > 0 && n < WORD_MAX;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next word, as octets in hexadecimal. They are the last of the line. */
static bool take_octets(size_t *n)
{
	bool good = !at_end();

	for (*n = 0; good && next() != '\n'; ++*n) {
		int high = nibble(last), low;

		if (last == '-' && *n == 0)
			return next() == '\n';
		low = nibble(next());
		good = high >= 0 && low >= 0 && *n < sizeof octets;
		if (good)
			octets[*n] = (unsigned char)(high << 4 | low);
	}
	return good;
}

/* `request ENC A B`: the octets that ask for that sum. */
static bool request(const struct encoding *enc)
{
	char a[WORD_MAX], b[WORD_MAX];
	int64_t m[2];
	size_t n;

	if (!take_word(a) || !take_word(b) || !at_end() ||
	    !parse_integer(a, &m[A]) || !parse_integer(b, &m[B]))
		return false;
	n = enc->put(octets, REQUEST, m);
	print(n == 0 ? "unrepresentable" : "octets");
	if (n != 0)
		print_octets(octets, n);
	return true;
}

/* `serve ENC OCTETS`: how a request that begins so is answered. */
static bool serve(const struct encoding *enc)
{
	unsigned char out[ENCODED_MAX];
	size_t n, out_n, size;
	enum progress p;

	if (!take_octets(&n))
		return false;
	p = answer(enc, octets, n, out, &out_n, &size);
	print(p == MORE ? "more" : p == TOO_LONG ? "last" : "octets");
	if (p == MORE || p != TOO_LONG)
		print_number((int64_t)size);
	if (p != MORE)
		print_octets(out, out_n);
	return true;
}

/* `reply ENC OCTETS`: what a reply that begins so says. */
static bool reply(const struct encoding *enc)
{
	int64_t m[2];
	size_t n, size;

	if (!take_octets(&n))
		return false;
	switch (decode(enc, octets, n, REPLY, m, &size)) {
	case MORE:
		print("more");
		print_number((int64_t)size);
		break;
	case WHOLE:
		if (m[STATUS] == ADDED) {
			print("sum");
			print_number(m[SUM]);
		} else {
			print("refused ");
			print(refusal(enc, m[STATUS]));
		}
		break;
	default:
		print("garbled");
	}
	return true;
}

/* False: nobody asks like that. */
static bool answer_question(const char *question)
{
	static bool (*const about[])(const struct encoding *) = { request, serve, reply };
	static const char *const names[] = { "request", "serve", "reply" };
	char word[WORD_MAX];
	const struct encoding *enc;
	int i;

	if (strcmp(question, "abi") == 0 && at_end()) {
		abi(print);
		print("done");
		return true;
	}
	if (!take_word(word))
		return false;
	if (strcmp(question, "hello") == 0 && at_end()) {
		print("hello ");
		print(word);
		return true;
	}
	enc = find_encoding(word);
	for (i = 0; i < 3; i++) {
		if (strcmp(question, names[i]) != 0)
			continue;
		if (enc != NULL)
			return about[i](enc);
		print("unsupported");
		return true;
	}
	return false;
}

int main(void)
{
	char question[WORD_MAX];

	line_start();
	for (;;) {
		last = '\0';
		if (!take_word(question) || !answer_question(question))
			print("nonsense");
		print("\n");
		while (!at_end())
			(void)next();
	}
}
