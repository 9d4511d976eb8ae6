/* Addresses as they are written: 127.0.0.1:9877. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* A number without leading zeros, which some take for octal. */
static bool parse_part(const char *digits, long max, long *value)
{
	*value = atol(digits);
	return *value <= max && (digits[0] != '0' || digits[1] == '\0');
}

bool parse_address(const char *s, struct address *a)
{
	char ip[4][4], port[6], rest;
	long value;
	int i;

	memset(a, 0, sizeof *a); /* so that equal addresses have equal octets */
	if (sscanf(s, "%3[0-9].%3[0-9].%3[0-9].%3[0-9]:%5[0-9]%c",
	    ip[0], ip[1], ip[2], ip[3], port, &rest) != 5)
		return false;
	for (i = 0; i < 4; i++) {
		if (!parse_part(ip[i], 255, &value))
			return false;
		a->ip[i] = (unsigned char)value;
	}
	value = atol(port);
	a->port = (uint16_t)value;
	return value <= 65535;
}

void format_address(const struct address *a, char out[ADDRESS_MAX])
{
	(void)snprintf(out, ADDRESS_MAX, "%u.%u.%u.%u:%u", (unsigned)a->ip[0],
	    (unsigned)a->ip[1], (unsigned)a->ip[2], (unsigned)a->ip[3], (unsigned)a->port);
}
