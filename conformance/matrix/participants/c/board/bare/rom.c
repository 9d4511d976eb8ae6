/*
 * What gcc calls to multiply and to divide 64 bits, as its manual says (GCC
 * Internals, The GCC low-level runtime library). On an ESP8266 it is in the ROM,
 * and so in no library; other libraries have their own.
 */
#include <stdint.h>

uint64_t __muldi3(uint64_t a, uint64_t b);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);

uint64_t __muldi3(uint64_t a, uint64_t b)
{
	uint64_t product = 0;

	for (; b != 0; b >>= 1, a <<= 1)
		if ((b & 1) != 0)
			product += a;
	return product;
}

static uint64_t divide(uint64_t n, uint64_t d, uint64_t *left)
{
	int bit;

	*left = 0;
	for (bit = 0; bit < 64; bit++) {
		uint64_t carry = *left >> 63;

		*left = *left << 1 | n >> 63;
		n <<= 1;
		if (carry != 0 || *left >= d) {
			*left -= d;
			n |= 1;
		}
	}
	return n;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	uint64_t left;

	return divide(n, d, &left);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t left;

	(void)divide(n, d, &left);
	return left;
}
