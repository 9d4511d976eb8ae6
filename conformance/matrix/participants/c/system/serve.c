/*
 * serve: one process, one loop that waits for all, and a listening socket for each encoding.
 * A connection is read from only when all its replies are sent. So its buffers
 * are bounded, and a client that does not read is not read from.
 */
#include <string.h>

#include "os.h"

enum {
	LISTENERS_MAX = 64,
	CONNS_MAX = 1024,
	/* The worst case is an empty line: one octet, refused with twelve. */
	OUTPUT_MAX = 12 * INPUT_MAX + ENCODED_MAX,
	DISCARD_MAX = 64 << 20,
	GRACE_MS = 3000,        /* from the request to the end, whatever clients do */
	TICK_MS = 20            /* waited at most while stopping or paused */
};

struct listener {
	sock s;
	const struct encoding *enc;
	const char *where;
};

struct conn {
	sock s;
	const struct encoding *enc;
	char peer[ADDRESS_MAX];
	bool refused;           /* as too large: octets that still come are discarded */
	size_t discarded;       /* octets, since then */
	size_t want;            /* octets of the request that is not whole yet */
	size_t in_len, out_len;
	unsigned char in[INPUT_MAX], out[OUTPUT_MAX];
};

static struct listener listeners[LISTENERS_MAX];
static struct conn conns[CONNS_MAX];
static int n_listeners, n_conns;
static bool stopping;

/* Answers what is whole in the input, in order. */
static void answer_all(struct conn *c)
{
	size_t done = 0, size, n;

	while (done < c->in_len) {
		enum progress p = answer(c->enc, c->in + done, c->in_len - done,
		    c->out + c->out_len, &n, &size);

		if (p == MORE) {
			c->want = size;
			break;
		}
		c->refused = p == TOO_LONG;
		c->out_len += n;
		done += size;
	}
	c->in_len -= done;
	memmove(c->in, c->in + done, c->in_len);
}

/* Reads once, and answers. False: the connection is over. */
static bool receive(struct conn *c)
{
	int n = receive_from(c->s, c->in + c->in_len, sizeof c->in - c->in_len);

	if (n < 0) /* when stopping, what the kernel holds is read to its end */
		return n == LATER && (!stopping || c->refused);
	if (n == ENDED && c->in_len > 0) {
		(void)printf("short %s %s %zu %zu\n", c->enc->name, c->peer,
		    c->in_len, c->want);
		(void)fflush(stdout);
	}
	if (c->refused) {
		c->discarded += (size_t)n;
	} else {
		c->in_len += (size_t)n;
		answer_all(c);
	}
	return n > 0 && c->discarded < DISCARD_MAX;
}

/* False: the connection is over. */
static bool step(struct conn *c)
{
	int n;

	if (c->out_len == 0 && !receive(c))
		return false;
	if (c->out_len == 0)
		return true;
	n = send_to(c->s, c->out, c->out_len);
	if (n < 0)
		return n == LATER;
	c->out_len -= (size_t)n;
	memmove(c->out, c->out + n, c->out_len);
	/*
	 * Closing with octets unread would send a reset, which can overtake the
	 * refusal. So half-close, and discard what comes until the client closes.
	 */
	if (c->out_len == 0 && c->refused)
		half_close(c->s);
	return true;
}

/* False when there are no descriptors left, or the client has gone again. */
static bool accept_one(const struct listener *l)
{
	struct address peer;
	sock s = accept_from(l->s, &peer);
	struct conn *c = &conns[n_conns];

	if (s == NO_SOCKET)
		return false;
	memset(c, 0, sizeof *c);
	c->s = s;
	c->enc = l->enc;
	format_address(&peer, c->peer);
	n_conns++;
	return true;
}

static struct watched for_input(sock s)
{
	return (struct watched){ s, false, false };
}

static int loop(sock stop)
{
	static struct watched all[1 + LISTENERS_MAX + CONNS_MAX];
	struct watched *to_accept = all + 1, *of_conns = to_accept + n_listeners;
	bool paused = false;    /* after a failed accept(): it would be tried again at once */
	int64_t stop_by = 0;
	int i;

	while (!stopping || (n_conns > 0 && now_ms() < stop_by)) {
		bool full = stopping || paused || n_conns == CONNS_MAX;

		all[0] = for_input(stopping ? NO_SOCKET : stop);
		for (i = 0; i < n_listeners; i++)
			to_accept[i] = for_input(full ? NO_SOCKET : listeners[i].s);
		for (i = 0; i < n_conns; i++)
			of_conns[i] = (struct watched){ conns[i].s, conns[i].out_len > 0, false };
		if (!wait_for(all, (size_t)(1 + n_listeners + n_conns),
		    stopping || paused ? TICK_MS : -1)) {
			(void)fprintf(stderr, "sum: cannot wait: %s\n", why());
			return TROUBLE;
		}
		if (all[0].is_ready) {
			stopping = true;
			stop_by = now_ms() + GRACE_MS;
			for (i = 0; i < n_listeners; i++)
				disconnect_from(listeners[i].s);
		}
		/* Backwards, since the last one takes the place of one that has ended. */
		for (i = n_conns; i-- > 0; )
			if ((stopping || of_conns[i].is_ready) && !step(&conns[i])) {
				disconnect_from(conns[i].s);
				conns[i] = conns[--n_conns];
			}
		paused = false;
		for (i = 0; i < n_listeners && !stopping && n_conns < CONNS_MAX; i++)
			if (to_accept[i].is_ready && !accept_one(&listeners[i]))
				paused = true;
	}
	return DONE;
}

static int start_listening(struct listener *l)
{
	char bound[ADDRESS_MAX];
	struct address a;

	if (!parse_address(l->where, &a)) {
		(void)fprintf(stderr, "sum: found address `%s`, expected numeric IPv4 "
		    "IP:PORT, as in 127.0.0.1:9877\n", l->where);
		return USAGE;
	}
	l->s = listen_on(&a);
	if (l->s == NO_SOCKET) {
		(void)fprintf(stderr, "sum: cannot listen on %s for %s: %s\n",
		    l->where, l->enc->name, why());
		return TROUBLE;
	}
	a = own_address(l->s);
	format_address(&a, bound);
	(void)printf("listening %s %s\n", l->enc->name, bound);
	return DONE;
}

int serve(char *specs[], int n)
{
	sock stop = NO_SOCKET;
	int i, code = DONE;

	if (n > LISTENERS_MAX) {
		(void)fprintf(stderr, "sum: found %d encodings, expected at most %d\n",
		    n, LISTENERS_MAX);
		return USAGE;
	}
	/* All names are looked at before anything is bound. */
	for (i = 0; i < n; i++) {
		char *equals = strchr(specs[i], '=');

		if (equals != NULL)
			*equals = '\0';
		listeners[i].where = equals == NULL ? "127.0.0.1:0" : equals + 1;
		listeners[i].enc = find_encoding(specs[i]);
		if (listeners[i].enc == NULL) {
			(void)printf("unsupported %s\n", specs[i]);
			code = NOT_IMPLEMENTED;
		}
	}
	if (code == DONE && (stop = stop_request()) == NO_SOCKET) {
		(void)fprintf(stderr, "sum: nobody could ask it to end: %s\n", why());
		return TROUBLE;
	}
	for (i = 0; code == DONE && i < n; i++)
		code = start_listening(&listeners[i]);
	if (code != DONE)
		return code;
	(void)puts("ready");
	(void)fflush(stdout);
	n_listeners = n;
	return loop(stop);
}
