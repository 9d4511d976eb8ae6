/*
 * serve: one process, one poll() loop, and a listening socket for each encoding.
 * A connection is read from only when all its replies are sent. So its buffers
 * are bounded, and a client that does not read is not read from.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "program.h"

enum {
	LISTENERS_MAX = 64,
	CONNS_MAX = 1024,
	/* The worst case is an empty line: one octet, refused with twelve. */
	OUTPUT_MAX = 12 * INPUT_MAX + ENCODED_MAX,
	DISCARD_MAX = 64 << 20,
	GRACE_MS = 3000,        /* from SIGTERM to the end, whatever clients do */
	TICK_MS = 20            /* poll()'s time-out while stopping or paused */
};

struct listener {
	int fd;
	const struct encoding *enc;
	const char *where;
};

struct conn {
	int fd;
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
static int wake[2];             /* the signal arrives as an octet in this pipe */

static void on_stop(int sig)
{
	int saved = errno;
	ssize_t ignored = write(wake[1], "", 1); /* a full pipe wakes poll(), too */

	(void)sig;
	(void)ignored;
	errno = saved;
}

static bool transient(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) != -1;
}

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
	ssize_t n = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, 0);

	if (n == -1) /* when stopping, what the kernel holds is read to its end */
		return transient(errno) && (!stopping || c->refused || errno == EINTR);
	if (n == 0 && c->in_len > 0)
		(void)printf("short %s %s %zu %zu\n", c->enc->name, c->peer,
		    c->in_len, c->want);
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
	ssize_t n;

	if (c->out_len == 0 && !receive(c))
		return false;
	if (c->out_len == 0)
		return true;
	n = send(c->fd, c->out, c->out_len, 0);
	if (n == -1)
		return transient(errno);
	c->out_len -= (size_t)n;
	memmove(c->out, c->out + n, c->out_len);
	/*
	 * Closing with octets unread would send a reset, which can overtake the
	 * refusal. So half-close, and discard what comes until the client closes.
	 */
	if (c->out_len == 0 && c->refused)
		(void)shutdown(c->fd, SHUT_WR);
	return true;
}

/* False when there are no descriptors left, or the client has gone again. */
static bool accept_one(const struct listener *l)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof peer;
	int fd = accept(l->fd, (struct sockaddr *)&peer, &len);
	struct conn *c = &conns[n_conns];

	if (fd == -1)
		return false;
	(void)set_nonblocking(fd);
	memset(c, 0, sizeof *c);
	c->fd = fd;
	c->enc = l->enc;
	format_address(&peer, c->peer);
	n_conns++;
	return true;
}

static int loop(void)
{
	static struct pollfd fds[1 + LISTENERS_MAX + CONNS_MAX];
	struct pollfd *conn_fds = fds + 1 + n_listeners;
	bool paused = false;    /* after a failed accept(): poll() would return at once */
	int64_t stop_by = 0;
	int i;

	while (!stopping || (n_conns > 0 && now_ms() < stop_by)) {
		bool full = stopping || paused || n_conns == CONNS_MAX;

		fds[0] = (struct pollfd){ stopping ? -1 : wake[0], POLLIN, 0 };
		for (i = 0; i < n_listeners; i++)
			fds[1 + i] = (struct pollfd){ full ? -1 : listeners[i].fd, POLLIN, 0 };
		for (i = 0; i < n_conns; i++)
			conn_fds[i] = (struct pollfd){ conns[i].fd,
			    conns[i].out_len > 0 ? POLLOUT : POLLIN, 0 };
		if (poll(fds, (nfds_t)(1 + n_listeners + n_conns),
		    stopping || paused ? TICK_MS : -1) == -1) {
			if (transient(errno))
				continue;
			perror("sum: cannot poll");
			return TROUBLE;
		}
		if (fds[0].revents != 0) {
			stopping = true;
			stop_by = now_ms() + GRACE_MS;
			for (i = 0; i < n_listeners; i++)
				(void)close(listeners[i].fd);
		}
		/* Backwards, since the last one takes the place of one that has ended. */
		for (i = n_conns; i-- > 0; )
			if ((stopping || conn_fds[i].revents != 0) && !step(&conns[i])) {
				(void)close(conns[i].fd);
				conns[i] = conns[--n_conns];
			}
		paused = false;
		for (i = 0; i < n_listeners && !stopping && n_conns < CONNS_MAX; i++)
			if (fds[1 + i].revents != 0 && !accept_one(&listeners[i]))
				paused = true;
	}
	return DONE;
}

static int start_listening(struct listener *l)
{
	const int on = 1;
	char bound[ADDRESS_MAX];
	struct sockaddr_in a;

	if (!parse_address(l->where, &a)) {
		(void)fprintf(stderr, "sum: found address `%s`, expected numeric IPv4 "
		    "IP:PORT, as in 127.0.0.1:9877\n", l->where);
		return USAGE;
	}
	l->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (l->fd == -1 || !set_nonblocking(l->fd) ||
	    setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1 ||
	    bind(l->fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(l->fd, SOMAXCONN) == -1) {
		(void)fprintf(stderr, "sum: cannot listen on %s for %s: %s\n",
		    l->where, l->enc->name, strerror(errno));
		return TROUBLE;
	}
	local_address(l->fd, bound);
	(void)printf("listening %s %s\n", l->enc->name, bound);
	return DONE;
}

int serve(char *specs[], int n)
{
	struct sigaction action;
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
	if (code == DONE && (pipe(wake) == -1 || !set_nonblocking(wake[1]))) {
		perror("sum: cannot make a pipe for SIGTERM");
		return TROUBLE;
	}
	memset(&action, 0, sizeof action);
	action.sa_handler = on_stop;
	action.sa_flags = SA_RESTART; /* no line is cut short; poll() returns all the same */
	(void)sigaction(SIGTERM, &action, NULL);
	for (i = 0; code == DONE && i < n; i++)
		code = start_listening(&listeners[i]);
	if (code != DONE)
		return code;
	(void)puts("ready");
	n_listeners = n;
	return loop();
}
