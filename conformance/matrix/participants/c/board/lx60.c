/*
 * lx60: QEMU's Avnet LX60 with an Xtensa core that has no MMU, lx106 for one,
 * which is that of the ESP8266. The serial line is a 16550A (National
 * Semiconductor's PC16550D datasheet, chapter 8), a register in each word, in the
 * device space that such a core sees at 0x90000000. The divisor means nothing there.
 */
#include <stdint.h>

#include "board.h"

#define UART ((volatile uint32_t *)0x9d050020)

enum { ALL_MASKED = 15 };               /* PS.INTLEVEL, and EXCM is off */
enum { DATA = 0, INTERRUPTS = 1, LINE_CONTROL = 3, LINE_STATUS = 5 };
enum { EIGHT_BITS = 3, RECEIVED = 1 << 0, CAN_TRANSMIT = 1 << 5 };

/*
 * The core begins without a stack, which is a1 by the call0 ABI. The vectors of the
 * kernel's and the user's exceptions, 0x30 and 0x50 after the base in an lx106, are
 * for the interrupt that an octet brings: it only wakes the core, and turns itself
 * off. Xtensa Instruction Set Architecture Reference Manual, 4.4.1 and 4.4.5.
 */
__asm__ (
"	.section .entry, \"ax\"\n"
"	.global entry\n"
"	.literal_position\n"
"	.align 4\n"
"entry:\n"
"	movi a1, stack_top\n"
"	movi a0, start\n"
"	jx a0\n"
"	.balign 1024\n"
"vectors:\n"
"	.org vectors + 0x30\n"
"	j wake\n"
"	.org vectors + 0x50\n"
"wake:\n"
"	wsr a0, excsave1\n"
"	movi a0, 0\n"
"	wsr a0, intenable\n"
"	rsync\n"
"	rsr a0, excsave1\n"
"	rfe\n"
"	.previous\n");

extern char vectors[];

void line_start(void)
{
	UART[LINE_CONTROL] = EIGHT_BITS;
	UART[INTERRUPTS] = RECEIVED;
	__asm__ volatile (
	    "wsr %0, vecbase\n\t"
	    "wsr %1, ps\n\t"
	    "rsync" : : "r" (vectors), "r" (ALL_MASKED));
}

char line_get(void)
{
	/* The board's first interrupt is the UART's; `waiti 0` lets it come. */
	while ((UART[LINE_STATUS] & RECEIVED) == 0)
		__asm__ volatile (
		    "rsil a2, 15\n\t"
		    "wsr %0, intenable\n\t"
		    "rsync\n\t"
		    "waiti 0" : : "r" (1) : "a2", "memory");
	return (char)UART[DATA];
}

void line_put(char octet)
{
	while ((UART[LINE_STATUS] & CAN_TRANSMIT) == 0)
		continue;
	UART[DATA] = (unsigned char)octet;
}
