/*
 * Windows: Winsock. Nobody sends SIGTERM there: what asks the program to end is
 * the end of its standard input.
 */
#define _WIN32_WINNT 0x0600     /* WSAPoll(), GetTickCount64() */
#include <fcntl.h>
#include <io.h>
#include <string.h>

#include <winsock2.h>

#include "../os.h"

bool begin(void)
{
	WSADATA data;

	/* A line ends with LF alone. */
	(void)_setmode(_fileno(stdin), _O_BINARY);
	(void)_setmode(_fileno(stdout), _O_BINARY);
	return WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

const char *why(void)
{
	static char number[32];

	(void)snprintf(number, sizeof number, "Windows' error %d", WSAGetLastError());
	return number;
}

int64_t now_ms(void)
{
	return (int64_t)GetTickCount64();
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

static DWORD WINAPI wake_at_end(void *to_wake)
{
	const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
	char ignored[256];
	DWORD n;

	while (ReadFile(input, ignored, sizeof ignored, &n, NULL) && n > 0)
		continue;
	(void)send((SOCKET)to_wake, "", 1, 0);
	return 0;
}

/* WSAPoll() knows sockets alone: so a thread waits for the input, and a socket talks to itself. */
sock stop_request(void)
{
	const struct address loopback = { { 127, 0, 0, 1 }, 0 };
	struct sockaddr_in a = to_system(&loopback);
	int len = sizeof a;
	SOCKET s = socket(AF_INET, SOCK_DGRAM, 0);

	if (s == INVALID_SOCKET || bind(s, (struct sockaddr *)&a, sizeof a) != 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) != 0 ||
	    connect(s, (struct sockaddr *)&a, sizeof a) != 0 ||
	    CreateThread(NULL, 0, wake_at_end, (void *)s, 0, NULL) == NULL)
		return NO_SOCKET;
	return (sock)s;
}

static bool set_nonblocking(SOCKET s)
{
	u_long on = 1;

	return ioctlsocket(s, (long)FIONBIO, &on) == 0;
}

/* SO_REUSEADDR is not set: there it would let two programs have one port. */
sock listen_on(const struct address *a)
{
	struct sockaddr_in at = to_system(a);
	SOCKET s = socket(AF_INET, SOCK_STREAM, 0);

	if (s == INVALID_SOCKET || !set_nonblocking(s) ||
	    bind(s, (struct sockaddr *)&at, sizeof at) != 0 || listen(s, SOMAXCONN) != 0)
		return NO_SOCKET;
	return (sock)s;
}

sock accept_from(sock listener, struct address *peer)
{
	struct sockaddr_in from;
	int len = sizeof from;
	SOCKET s = accept((SOCKET)listener, (struct sockaddr *)&from, &len);

	if (s == INVALID_SOCKET)
		return NO_SOCKET;
	(void)set_nonblocking(s);
	*peer = from_system(&from);
	return (sock)s;
}

enum connected connect_to(const struct address *a, sock *s)
{
	struct sockaddr_in to = to_system(a);
	SOCKET to_be = socket(AF_INET, SOCK_STREAM, 0);
	int error;

	*s = (sock)to_be;
	if (to_be == INVALID_SOCKET)
		return CANNOT;
	if (connect(to_be, (struct sockaddr *)&to, sizeof to) == 0)
		return CONNECTED;
	error = WSAGetLastError();
	if (error != WSAECONNREFUSED && error != WSAECONNRESET && error != WSAETIMEDOUT &&
	    error != WSAEHOSTUNREACH && error != WSAENETUNREACH)
		return CANNOT;
	(void)closesocket(to_be);
	return NOBODY_THERE;
}

struct address own_address(sock s)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int len = sizeof a;

	(void)getsockname((SOCKET)s, (struct sockaddr *)&a, &len);
	return from_system(&a);
}

void half_close(sock s)
{
	(void)shutdown((SOCKET)s, SD_SEND);
}

void disconnect_from(sock s)
{
	(void)closesocket((SOCKET)s);
}

static int moved(int n)
{
	if (n != SOCKET_ERROR)
		return n;
	return WSAGetLastError() == WSAEWOULDBLOCK ? LATER : BROKEN;
}

int receive_from(sock s, void *to, size_t n)
{
	return moved(recv((SOCKET)s, to, (int)n, 0));
}

int receive_within(sock s, void *to, size_t n, int64_t ms)
{
	struct watched w = { s, false, false };

	/* What is wrong is told by who receives. */
	if (wait_for(&w, 1, ms) && !w.is_ready)
		return LATER;
	return receive_from(s, to, n);
}

int send_to(sock s, const void *from, size_t n)
{
	return moved(send((SOCKET)s, from, (int)n, 0));
}

/* WSAPoll() is given only what there is: of all else it says that it is no socket. */
bool wait_for(struct watched *those, size_t n, int64_t ms)
{
	static WSAPOLLFD fds[WATCHED_MAX];
	ULONG all = 0;
	size_t i;
	int count;

	for (i = 0; i < n; i++)
		if (those[i].s != NO_SOCKET)
			fds[all++] = (WSAPOLLFD){ (SOCKET)those[i].s,
			    those[i].to_send ? POLLOUT : POLLIN, 0 };
	count = WSAPoll(fds, all, (int)ms);
	for (i = 0, all = 0; i < n; i++)
		those[i].is_ready = those[i].s != NO_SOCKET && fds[all++].revents != 0 &&
		    count > 0;
	return count != SOCKET_ERROR;
}
