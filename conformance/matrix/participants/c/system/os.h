/*
 * What operating systems do in ways of their own: os/posix.c and os/windows.c,
 * of which a program has one. All sockets are IPv4 streams.
 */
#ifndef OS_H
#define OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "program.h"

typedef intptr_t sock;          /* a descriptor, or Windows' SOCKET: as wide as a pointer */
#define NO_SOCKET ((sock)-1)

bool begin(void);               /* before all else */
const char *why(void);          /* of the last failure */
int64_t now_ms(void);           /* it never goes back */

/* What can be read from when the program is asked to end; NO_SOCKET: failed. */
sock stop_request(void);

/* These and what they give never wait. NO_SOCKET: failed. */
sock listen_on(const struct address *a);
sock accept_from(sock listener, struct address *peer);

/* Waits until it is connected. */
enum connected { CONNECTED, NOBODY_THERE, CANNOT };
enum connected connect_to(const struct address *a, sock *s);

struct address own_address(sock s);
void half_close(sock s);        /* nothing more will be sent */
void disconnect_from(sock s);

/* How many octets, or one of these. */
enum { ENDED = 0, LATER = -1, BROKEN = -2 };
int receive_from(sock s, void *to, size_t n);
/* The same, but waits for so many milliseconds before it says LATER. */
int receive_within(sock s, void *to, size_t n, int64_t ms);
int send_to(sock s, const void *from, size_t n);

enum { WATCHED_MAX = 1100 };

struct watched {
	sock s;                 /* NO_SOCKET: nothing */
	bool to_send;           /* wait until it takes something, not until it has something */
	bool is_ready;
};

/* Waits for one of them, ms at most, or for ever (-1). False: failed. */
bool wait_for(struct watched *those, size_t n, int64_t ms);

#endif
