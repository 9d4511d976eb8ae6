/*
 * Checks every golden vector of the encodings that the program implements,
 * both ways, on the machine that this is compiled for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sum.h"

enum { OCTETS_MAX = 8192, LINE_LENGTH = 4096, HEADER_MAX = 256 };

static char path[1024];
static const struct encoding *enc;
static bool applies;            /* as the last `when` says */
static int passed, failed;
static char facts[4096];        /* what abi prints */

/* The entry being read. */
static int entry_line;          /* 0: none is open */
static char header[HEADER_MAX];
static unsigned char octets[OCTETS_MAX + 1]; /* and one of garbage */
static size_t n_octets;

static bool fail(int line, const char *why)
{
	(void)printf("%s:%d: %s: %s\n", path, line, header, why);
	return false;
}

static bool wrong(const char *why)
{
	return fail(entry_line, why);
}

/* Whole (or bad) at exactly its length, whatever follows; and no sooner. */
static bool decodes(enum kind kind, enum progress want, int64_t m[2])
{
	size_t n, size, least = 0;
	int64_t other[2];

	for (n = 0; n < n_octets; n++) {
		if (decode(enc, octets, n, kind, other, &size) != MORE)
			return wrong("a strict prefix is taken for a whole message");
		if (size <= n || size < least || size > n_octets)
			return wrong("a strict prefix wants the wrong number of octets");
		least = size;
	}
	octets[n] = 0xa5;
	if (decode(enc, octets, n + 1, kind, other, &size) != want || size != n)
		return wrong("what follows the message changes it");
	if (decode(enc, octets, n, kind, m, &size) != want || size != n)
		return wrong(want == BAD ? "not refused" : "not decoded");
	return true;
}

static bool decodes_to(enum kind kind, const int64_t want[2])
{
	int64_t got[2];

	if (!decodes(kind, WHOLE, got))
		return false;
	/* A text refusal does not say why. */
	if ((enc == &text || enc == &text_long) && kind == REPLY && want[STATUS] != ADDED && got[STATUS] != ADDED)
		return true;
	if (got[0] != want[0] || got[1] != want[1])
		return wrong("decodes to another message");
	return true;
}

static bool encodes(enum kind kind, const int64_t m[2])
{
	unsigned char out[ENCODED_MAX];
	size_t n = enc->put(out, kind, m);

	if (n != n_octets || memcmp(out, octets, n) != 0)
		return wrong("encodes to other octets");
	return true;
}

static bool parse_reply(const char *kind, const char *what, int64_t m[2])
{
	m[STATUS] = ADDED;
	m[SUM] = 0;
	if (strcmp(kind, "sum") == 0)
		return parse_integer(what, &m[SUM]);
	for (m[STATUS] = MALFORMED; m[STATUS] <= TOO_LARGE; m[STATUS]++)
		if (strcmp(kind, "refused") == 0 && strcmp(what, refusal(enc, m[STATUS])) == 0)
			return true;
	return false;
}

static bool check_entry(void)
{
	char kind[HEADER_MAX], first[HEADER_MAX] = "", second[HEADER_MAX] = "";
	int64_t m[2];
	size_t size;

	(void)sscanf(header, "%255s %255s %255s", kind, first, second);
	if (strcmp(kind, "malformed") == 0)
		return decodes(REQUEST, BAD, m);
	if (strcmp(kind, "too-large") == 0)
		return decode(enc, octets, n_octets, REQUEST, m, &size) == TOO_LONG ||
		    wrong("not refused as too large");
	if (strcmp(kind, "reply") == 0) {
		if (!parse_reply(first, second, m))
			return wrong("expected `sum N` or `refused WHY`");
		return decodes_to(REPLY, m) && encodes(REPLY, m);
	}
	if (strcmp(kind, "request") != 0 && strcmp(kind, "reads") != 0)
		return wrong("unknown kind of entry");
	if (!parse_integer(first, &m[A]) || !parse_integer(second, &m[B]))
		return wrong("expected two integers");
	return decodes_to(REQUEST, m) && (strcmp(kind, "reads") == 0 || encodes(REQUEST, m));
}

static void finish_entry(void)
{
	if (entry_line != 0 && applies) {
		if (check_entry())
			passed++;
		else
			failed++;
	}
	entry_line = 0;
	n_octets = 0;
}

/* All of KEY=VALUE ... must hold; nobody has facts that we do not measure. */
static void start_when(int line, char *conditions)
{
	char *word, fact[HEADER_MAX + 2];

	applies = true;
	for (word = strtok(conditions, " \t"); word != NULL; word = strtok(NULL, " \t")) {
		size_t key = strcspn(word, "=");

		/* "\nKEY " is there, and so is "\nKEY VALUE\n" when it holds. */
		(void)snprintf(fact, sizeof fact, "\n%.*s ", (int)key, word);
		if (word[key] == '\0' || strstr(facts, fact) == NULL) {
			(void)fail(line, "asks for an unknown fact");
			failed++;
		}
		(void)snprintf(fact, sizeof fact, "\n%s\n", word);
		fact[key + 1] = ' ';
		applies = applies && strstr(facts, fact) != NULL;
	}
}

/* False when they are no octets, or too many. */
static bool add_octets(const char *s)
{
	static const char digits[] = "0123456789abcdef";

	for (s += strspn(s, " \t"); *s != '\0'; s += strspn(s, " \t")) {
		const char *high = strchr(digits, s[0]);
		const char *low = s[1] == '\0' ? NULL : strchr(digits, s[1]);

		if (high == NULL || low == NULL || n_octets == OCTETS_MAX)
			return false;
		octets[n_octets++] = (unsigned char)(16 * (high - digits) + (low - digits));
		s += 2;
	}
	return true;
}

static void read_line(int number, char *line)
{
	line[strcspn(line, "#\r\n")] = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return;
	if (line[0] == ' ' || line[0] == '\t') {
		if (entry_line == 0 || !add_octets(line)) {
			(void)fail(number, "expected octets of an entry");
			failed++;
		}
		return;
	}
	finish_entry();
	(void)snprintf(header, sizeof header, "%.*s", HEADER_MAX - 1, line);
	if (strncmp(line, "when", 4) == 0)
		start_when(number, line + 4);
	else
		entry_line = number;
}

/* Returns whether all of its entries pass, and that there are some. */
static bool check_file(void)
{
	char line[LINE_LENGTH];
	int number = 0;
	FILE *in = fopen(path, "r");

	if (in == NULL) {
		perror(path);
		return false;
	}
	applies = true;
	passed = failed = 0;
	while (fgets(line, sizeof line, in) != NULL)
		read_line(++number, line);
	finish_entry();
	(void)fclose(in);
	(void)printf("%-12s %d passed, %d failed\n", enc->name, passed, failed);
	if (passed + failed == 0)
		(void)printf("%s: no entry holds on this machine\n", path);
	return passed > 0 && failed == 0;
}

/* Adds a piece of what abi prints. */
static void keep(const char *piece)
{
	if (strlen(facts) + strlen(piece) < sizeof facts)
		(void)strcat(facts, piece);
}

int main(int argc, char *argv[])
{
	const struct encoding *const *e;
	bool good = true;

	if (argc != 2) {
		(void)fputs("usage: vectors DIRECTORY (of the golden vector files)\n", stderr);
		return 2;
	}
	keep("\n");
	abi(keep);
	for (e = encodings; *e != NULL; e++) {
		enc = *e;
		(void)snprintf(path, sizeof path, "%s/%s.txt", argv[1], enc->name);
		good = check_file() && good;
	}
	return good ? 0 : 1;
}
