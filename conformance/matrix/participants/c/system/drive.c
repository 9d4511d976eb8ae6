/*
 * drive: one exchange for each line, and one answer for each exchange. When no
 * reply comes in time, the client half-closes. A server that was waiting for
 * more sees the end of the stream and reports it, which confirms the time-out.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

enum {
	LINE_OCTETS = 8192,
	WORDS = 5,
	PATIENCE_MS = 100,
	PATIENCE_MAX_MS = 3600000,
	AFTER_HALF_CLOSE_MS = 20000
};

/* The encoding and the server of the last line, and their state. */
static const struct encoding *enc;
static struct address server;
static sock connection = NO_SOCKET;
static char own[ADDRESS_MAX];   /* of the connection */
static bool hung;               /* an exchange with them hung: do not wait again */
static int64_t patience = PATIENCE_MS;
static unsigned long line_number = 1;

struct exchange {
	int64_t request[2], reply[2];
	size_t n_sent, n_received;
	unsigned char sent[ENCODED_MAX], received[INPUT_MAX];
	char from[ADDRESS_MAX];
	bool reusable;          /* the connection, for a following line */
};

static void disconnect(void)
{
	if (connection != NO_SOCKET)
		disconnect_from(connection);
	connection = NO_SOCKET;
}

/* Whether there is something to receive already, the end included. */
static bool has_input(void)
{
	struct watched w = { connection, false, false };

	/* What is wrong is told by who receives. */
	return !wait_for(&w, 1, 0) || w.is_ready;
}

static void usage_error(const char *expected)
{
	(void)fprintf(stderr, "sum: line %lu of standard input: expected %s\n",
	    line_number, expected);
	exit(USAGE);
}

/* Leaves none when nobody listens. */
static void ensure_connection(void)
{
	struct address a;

	/* A kept connection on which anything has come, its end included, cannot be used. */
	if (connection != NO_SOCKET && has_input())
		disconnect();
	if (connection != NO_SOCKET)
		return;
	switch (connect_to(&server, &connection)) {
	case CONNECTED:
		a = own_address(connection);
		format_address(&a, own);
		return;
	case NOBODY_THERE:
		connection = NO_SOCKET;
		return;
	default: /* an error of this machine must not look like a server that is down */
		(void)fprintf(stderr, "sum: cannot connect: %s\n", why());
		exit(TROUBLE);
	}
}

/* NULL: a reply came. */
static const char *await_reply(struct exchange *x)
{
	int64_t left = hung ? 0 : patience, deadline = 0;
	bool half_closed = false;

	for (;;) {
		size_t size;
		int n = receive_within(connection, x->received + x->n_received,
		    sizeof x->received - x->n_received, left);

		if (n == LATER) {
			if (half_closed)
				break;
			half_close(connection);
			half_closed = true;
			left = AFTER_HALF_CLOSE_MS;
			deadline = 0;
			continue;
		}
		if (n <= 0)
			break;
		x->n_received += (size_t)n;
		switch (decode(enc, x->received, x->n_received, REPLY, x->reply, &size)) {
		case MORE: /* a whole reply comes at once, and asks for no clock */
			if (deadline == 0)
				deadline = now_ms() + left;
			left = deadline - now_ms();
			left = left < 0 ? 0 : left;
			continue;
		case WHOLE:
			x->reusable = !half_closed && x->n_received == size &&
			    x->reply[STATUS] != TOO_LARGE && !enc->raw;
			return NULL;
		default:
			return "garbled";
		}
	}
	hung = hung || half_closed;
	return half_closed ? "starved" : "closed";
}

/* The outcome, or NULL when a reply came. */
static const char *exchange(struct exchange *x)
{
	size_t size = enc->put(x->sent, REQUEST, x->request);
	const char *outcome = "closed";
	int n;

	if (size == 0)
		return "unrepresentable";
	ensure_connection();
	if (connection == NO_SOCKET)
		return outcome;
	memcpy(x->from, own, sizeof own);
	n = send_to(connection, x->sent, size);
	x->n_sent = n < 0 ? 0 : (size_t)n;
	if (x->n_sent == size)
		outcome = await_reply(x);
	if (!x->reusable)
		disconnect();
	return outcome;
}

static void print_octets(const char *what, const unsigned char *octets, size_t n)
{
	size_t i;

	(void)printf(" %s %s", what, n == 0 ? "-" : "");
	for (i = 0; i < n; i++)
		(void)printf("%02x", octets[i]);
}

/* Changes to the encoding and the server of this line. An unknown encoding is NULL. */
static void change_to(const struct encoding *next_enc, const char *address)
{
	struct address next;

	memset(&next, 0, sizeof next);
	if (next_enc != NULL && !parse_address(address, &next))
		usage_error("a numeric IPv4 IP:PORT");
	if (next_enc == enc && memcmp(&next, &server, sizeof next) == 0)
		return;
	disconnect();
	enc = next_enc;
	server = next;
	hung = false;
}

static void do_line(char *line)
{
	struct exchange x = { .from = "-" };
	const char *words[WORDS + 1], *outcome = "unsupported";
	int i;

	if (strchr(line, '\n') == NULL)
		usage_error("a line feed after 8192 octets at most");
	words[0] = strtok(line, " \n");
	for (i = 1; i <= WORDS; i++)
		words[i] = words[i - 1] == NULL ? NULL : strtok(NULL, " \n");
	if (words[WORDS - 1] == NULL || words[WORDS] != NULL ||
	    words[0][strspn(words[0], "0123456789")] != '\0' ||
	    !parse_integer(words[3], &x.request[A]) ||
	    !parse_integer(words[4], &x.request[B]))
		usage_error("`ID ENC ADDR A B`, with two integers of 64 bits");

	change_to(find_encoding(words[1]), words[2]);
	if (enc != NULL)
		outcome = exchange(&x);
	(void)printf("%s ", words[0]);
	if (outcome != NULL)
		(void)fputs(outcome, stdout);
	else if (x.reply[STATUS] == ADDED)
		(void)printf("sum %" PRId64, x.reply[SUM]);
	else
		(void)printf("refused %s", refusal(enc, x.reply[STATUS]));
	print_octets("sent", x.sent, x.n_sent);
	print_octets("recv", x.received, x.n_received);
	(void)printf(" from %s\n", x.from);
	(void)fflush(stdout);
}

int drive(void)
{
	static char line[LINE_OCTETS + 2]; /* and its LF, and NUL */
	const char *ms = getenv("CROSSUM_PATIENCE_MS");

	if (ms != NULL && (!parse_integer(ms, &patience) ||
	    patience < 0 || patience > PATIENCE_MAX_MS)) {
		(void)fprintf(stderr, "sum: found CROSSUM_PATIENCE_MS=%s, expected "
		    "milliseconds from 0 to %d\n", ms, PATIENCE_MAX_MS);
		return USAGE;
	}
	for (; fgets(line, sizeof line, stdin) != NULL && !ferror(stdout); line_number++)
		do_line(line);
	disconnect();
	if (ferror(stdin)) {
		perror("sum: cannot read standard input");
		return TROUBLE;
	}
	return DONE;
}
