/* Addresses and the clock, which server and client both need. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "program.h"

bool parse_address(const char *s, struct sockaddr_in *a)
{
	char ip[INET_ADDRSTRLEN], port[6], rest;

	memset(a, 0, sizeof *a); /* so that equal addresses have equal octets */
	if (sscanf(s, "%15[0-9.]:%5[0-9]%c", ip, port, &rest) != 2 ||
	    inet_pton(AF_INET, ip, &a->sin_addr) != 1 || atoi(port) > 65535)
		return false;
	a->sin_family = AF_INET;
	a->sin_port = htons((uint16_t)atoi(port));
	return true;
}

void format_address(const struct sockaddr_in *a, char out[ADDRESS_MAX])
{
	char ip[INET_ADDRSTRLEN] = "?";

	(void)inet_ntop(AF_INET, &a->sin_addr, ip, sizeof ip);
	(void)snprintf(out, ADDRESS_MAX, "%s:%u", ip, (unsigned)ntohs(a->sin_port));
}

void local_address(int fd, char out[ADDRESS_MAX])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;

	(void)getsockname(fd, (struct sockaddr *)&a, &len);
	format_address(&a, out);
}

int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
