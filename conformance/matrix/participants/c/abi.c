/*
 * abi: what the compiler really does, measured and not looked up. Alignment is
 * the offset after one char. On i386 _Alignof gives another number.
 */
#include <float.h>
#include <string.h>

#include "sum.h"

/* Pieces are few and short: where constants are copied to RAM, there is little of it. */
static void fact(void (*print)(const char *), const char *what, const char *of,
	const char *value)
{
	print(what);
	print(of);
	print(" ");
	print(value);
	print("\n");
}

static void extent(void (*print)(const char *), const char *type, size_t size, size_t align)
{
	char digits[DECIMAL_MAX];

	fact(print, "size.", type, decimal((int64_t)size, digits));
	fact(print, "align.", type, decimal((int64_t)align, digits));
}

#define EXTENT(key, type) do {							\
	struct after_char { char c; type t; };					\
	extent(print, key, sizeof(type), offsetof(struct after_char, t));	\
} while (0)

enum small { SMALL };

void abi(void (*print)(const char *piece))
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

	fact(print, "byte-order", "", big ? "big" : "little");
	fact(print, "char-signed", "", minus_char < 0 ? "true" : "false");
	fact(print, "wchar-signed", "", minus_wchar < 0 ? "true" : "false");
	fact(print, "bit-field-order", "", of_field == 0x01 ? "low-first" : "high-first");
	fact(print, "long-double-format", "",
	    LDBL_MANT_DIG == 24 ? "ieee-single" :
	    LDBL_MANT_DIG == 53 ? "ieee-double" :
	    LDBL_MANT_DIG == 64 && big ? "m68k-extended" :
	    LDBL_MANT_DIG == 64 ? "x87-extended" :
	    LDBL_MANT_DIG == 106 ? "ibm-double-double" :
	    LDBL_MANT_DIG == 113 ? "ieee-quad" : "unknown");
	EXTENT("short", short);
	EXTENT("int", int);
	EXTENT("long", long);
	EXTENT("long-long", long long);
	EXTENT("int64", int64_t);
	EXTENT("pointer", void *);
	EXTENT("float", float);
	EXTENT("double", double);
	EXTENT("long-double", long double);
	EXTENT("wchar", wchar_t);
	EXTENT("enum", enum small);
	EXTENT("raw-mixed", struct raw_mixed);
}
