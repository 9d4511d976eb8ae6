/* POSIX: descriptors, poll(), and SIGTERM. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../os.h"

static int wake[2];             /* the signal arrives as an octet in this pipe */
static int64_t waits;           /* milliseconds, as the kernel knows it of the connection */

bool begin(void)
{
	/* When the reader of our output is gone, the write fails. */
	return signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

const char *why(void)
{
	return strerror(errno);
}

int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_stop(int sig)
{
	int saved = errno;
	ssize_t ignored = write(wake[1], "", 1); /* a full pipe wakes poll(), too */

	(void)sig;
	(void)ignored;
	errno = saved;
}

static bool set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) != -1;
}

sock stop_request(void)
{
	struct sigaction action;

	if (pipe(wake) == -1 || !set_nonblocking(wake[1]))
		return NO_SOCKET;
	memset(&action, 0, sizeof action);
	action.sa_handler = on_stop;
	action.sa_flags = SA_RESTART; /* no line is cut short; poll() returns all the same */
	return sigaction(SIGTERM, &action, NULL) == -1 ? NO_SOCKET : wake[0];
}

static struct sockaddr_in to_system(const struct address *a)
{
	struct sockaddr_in to;

	memset(&to, 0, sizeof to);
	to.sin_family = AF_INET;
	to.sin_port = htons(a->port);
	memcpy(&to.sin_addr, a->ip, sizeof a->ip);
	return to;
}

static struct address from_system(const struct sockaddr_in *a)
{
	struct address from;

	memset(&from, 0, sizeof from);
	from.port = ntohs(a->sin_port);
	memcpy(from.ip, &a->sin_addr, sizeof from.ip);
	return from;
}

sock listen_on(const struct address *a)
{
	const int on = 1;
	struct sockaddr_in at = to_system(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1 || !set_nonblocking(fd) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1 ||
	    bind(fd, (struct sockaddr *)&at, sizeof at) == -1 ||
	    listen(fd, SOMAXCONN) == -1)
		return NO_SOCKET;
	return fd;
}

sock accept_from(sock listener, struct address *peer)
{
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	int fd = accept((int)listener, (struct sockaddr *)&from, &len);

	if (fd == -1)
		return NO_SOCKET;
	*peer = from_system(&from);
	return fd;
}

enum connected connect_to(const struct address *a, sock *s)
{
	struct sockaddr_in to = to_system(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*s = fd;
	waits = 0;
	if (fd != -1 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return CONNECTED;
	if (fd == -1 || (errno != ECONNREFUSED && errno != ECONNRESET && errno != ETIMEDOUT &&
	    errno != EHOSTUNREACH && errno != ENETUNREACH))
		return CANNOT;
	(void)close(fd);
	return NOBODY_THERE;
}

struct address own_address(sock s)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;

	(void)getsockname((int)s, (struct sockaddr *)&a, &len);
	return from_system(&a);
}

void half_close(sock s)
{
	(void)shutdown((int)s, SHUT_WR);
}

void disconnect_from(sock s)
{
	(void)close((int)s);
}

static int moved(ssize_t n)
{
	if (n != -1)
		return (int)n;
	return errno == EAGAIN || errno == EWOULDBLOCK ? LATER : BROKEN;
}

static int receive(sock s, void *to, size_t n, int flags)
{
	ssize_t got;

	do {
		got = recv((int)s, to, n, flags);
	} while (got == -1 && errno == EINTR);
	return moved(got);
}

int receive_from(sock s, void *to, size_t n)
{
	return receive(s, to, n, MSG_DONTWAIT);
}

/* The kernel is told once a connection: to poll() first would be a call more each time. */
int receive_within(sock s, void *to, size_t n, int64_t ms)
{
	if (ms != waits && ms > 0) {
		struct timeval t = { .tv_sec = (time_t)(ms / 1000) };

		t.tv_usec = (suseconds_t)(ms % 1000 * 1000);
		if (setsockopt((int)s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == -1)
			return BROKEN;
		waits = ms;
	}
	return receive(s, to, n, ms > 0 ? 0 : MSG_DONTWAIT);
}

int send_to(sock s, const void *from, size_t n)
{
	ssize_t sent;

	do {
		sent = send((int)s, from, n, MSG_DONTWAIT);
	} while (sent == -1 && errno == EINTR);
	return moved(sent);
}

bool wait_for(struct watched *those, size_t n, int64_t ms)
{
	static struct pollfd fds[WATCHED_MAX];
	size_t i;
	int count;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ (int)those[i].s,
		    those[i].to_send ? POLLOUT : POLLIN, 0 };
	count = poll(fds, (nfds_t)n, (int)ms);
	for (i = 0; i < n; i++)
		those[i].is_ready = count > 0 && fds[i].revents != 0;
	return count != -1 || errno == EINTR || errno == EAGAIN;
}
