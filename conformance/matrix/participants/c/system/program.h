/* What the files of the program share that runs under an operating system. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdio.h>

#include "../sum.h"

enum { DONE = 0, TROUBLE = 1, USAGE = 2, NOT_IMPLEMENTED = 127 };       /* exit codes */

int serve(char *specs[], int n);        /* ENC[=ADDR] ... */
int drive(void);

enum { ADDRESS_MAX = 32 };              /* "255.255.255.255:65535" fits */

struct address {
	unsigned char ip[4];            /* IPv4 */
	uint16_t port;
};

bool parse_address(const char *s, struct address *a); /* IP:PORT, numeric */
void format_address(const struct address *a, char out[ADDRESS_MAX]);

#endif
