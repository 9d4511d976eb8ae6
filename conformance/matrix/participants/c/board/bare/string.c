/*
 * As C99 7.21 says. The option of the build that keeps a compiler from making a
 * call of memcpy() from the loop in memcpy() is -fno-builtin, and, for gcc,
 * -fno-tree-loop-distribute-patterns.
 */
#include "string.h"

void *memcpy(void *to, const void *from, size_t n)
{
	return memmove(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
	unsigned char *t = to;
	const unsigned char *f = from;
	size_t i;

	if (t < f)
		for (i = 0; i < n; i++)
			t[i] = f[i];
	else
		while (n-- > 0)
			t[n] = f[n];
	return to;
}

void *memset(void *at, int octet, size_t n)
{
	unsigned char *a = at;

	while (n-- > 0)
		a[n] = (unsigned char)octet;
	return at;
}

void *memchr(const void *in, int octet, size_t n)
{
	const unsigned char *s = in;

	for (; n > 0; n--, s++)
		if (*s == (unsigned char)octet)
			return (void *)s;
	return NULL;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	for (; n > 0; n--, p++, q++)
		if (*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}
