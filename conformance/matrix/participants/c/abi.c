/*
 * abi: what the compiler really does, measured and not looked up. Alignment is
 * the offset after one char. On i386 _Alignof gives another number.
 */
#include <float.h>
#include <string.h>

#include "sum.h"

#define FACT(key, type) do {							\
	struct after_char { char c; type t; };					\
	(void)fprintf(out, "size." key " %zu\n", sizeof(type));			\
	(void)fprintf(out, "align." key " %zu\n", offsetof(struct after_char, t)); \
} while (0)

enum small { SMALL };

void abi(FILE *out)
{
	const uint32_t word = 0x01020304;
	struct { unsigned x : 1; } field;
	unsigned char of_word, of_field;        /* the first octet of each */
	/* Widened first: where they are unsigned, a comparison with 0 would warn. */
	const long long minus_char = (char)-1, minus_wchar = (wchar_t)-1;
	bool big;

	memcpy(&of_word, &word, 1);
	memset(&field, 0, sizeof field);
	field.x = 1;
	memcpy(&of_field, &field, 1);
	big = of_word == 0x01;

	(void)fprintf(out, "byte-order %s\n", big ? "big" : "little");
	(void)fprintf(out, "char-signed %s\n", minus_char < 0 ? "true" : "false");
	(void)fprintf(out, "wchar-signed %s\n", minus_wchar < 0 ? "true" : "false");
	(void)fprintf(out, "bit-field-order %s\n", of_field == 0x01 ? "low-first" : "high-first");
	(void)fprintf(out, "long-double-format %s\n",
	    LDBL_MANT_DIG == 53 ? "ieee-double" :
	    LDBL_MANT_DIG == 64 && big ? "m68k-extended" :
	    LDBL_MANT_DIG == 64 ? "x87-extended" :
	    LDBL_MANT_DIG == 106 ? "ibm-double-double" :
	    LDBL_MANT_DIG == 113 ? "ieee-quad" : "unknown");
	FACT("short", short);
	FACT("int", int);
	FACT("long", long);
	FACT("long-long", long long);
	FACT("int64", int64_t);
	FACT("pointer", void *);
	FACT("float", float);
	FACT("double", double);
	FACT("long-double", long double);
	FACT("wchar", wchar_t);
	FACT("enum", enum small);
	FACT("raw-mixed", struct raw_mixed);
}
