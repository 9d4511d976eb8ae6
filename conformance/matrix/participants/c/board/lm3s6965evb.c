/*
 * lm3s6965evb: UART0 of a Stellaris LM3S6965, 115200 baud from its 12 MHz after a
 * reset, 8 data bits, no parity. Registers: its datasheet, chapter 12 (UART, which
 * is Arm's PL011), 5 (RCGC1, RCGC2) and 8 (GPIO). The vector table and the NVIC:
 * the ARMv7-M Architecture Reference Manual, B1.5.3 and B3.4; UART0 is interrupt 5.
 */
#include <stdint.h>

#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCGC1 REGISTER(0x400fe104)      /* clocks: UART0 is bit 0 */
#define RCGC2 REGISTER(0x400fe108)      /* clocks: port A is bit 0 */
#define GPIOA_AFSEL REGISTER(0x40004420)
#define GPIOA_DEN REGISTER(0x4000451c)
#define UART_DR REGISTER(0x4000c000)
#define UART_FR REGISTER(0x4000c018)
#define UART_IBRD REGISTER(0x4000c024)
#define UART_FBRD REGISTER(0x4000c028)
#define UART_LCRH REGISTER(0x4000c02c)
#define UART_CTL REGISTER(0x4000c030)

#define UART_IM REGISTER(0x4000c038)
#define NVIC_ISER0 REGISTER(0xe000e100)
#define NVIC_ICPR0 REGISTER(0xe000e280)

enum { RX_EMPTY = 1 << 4, TX_FULL = 1 << 5, PINS = 3 };
enum { RX_INTERRUPT = 1 << 4, UART0_INTERRUPT = 1 << 5 };

extern char stack_top[];
void start(void);

__attribute__((section(".vectors"), used))
static const void *const vectors[] = { stack_top, (const void *)start };

void line_start(void)
{
	/* A pending interrupt is to wake the machine, and PRIMASK keeps it from more. */
	__asm__ volatile ("cpsid i");
	RCGC1 |= 1;
	RCGC2 |= 1;
	GPIOA_AFSEL |= PINS;
	GPIOA_DEN |= PINS;
	UART_CTL = 0;
	UART_IBRD = 6;                  /* 12 MHz / (16 * 115200) = 6.51 */
	UART_FBRD = 33;                 /* 0.51 * 64 */
	UART_LCRH = 3 << 5;             /* 8 bits; without FIFOs each octet interrupts */
	UART_CTL = 1 << 9 | 1 << 8 | 1; /* receives, transmits, enabled */
	UART_IM = RX_INTERRUPT;
	NVIC_ISER0 = UART0_INTERRUPT;
}

char line_get(void)
{
	while ((UART_FR & RX_EMPTY) != 0) {
		NVIC_ICPR0 = UART0_INTERRUPT;
		if ((UART_FR & RX_EMPTY) != 0)
			__asm__ volatile ("wfi" : : : "memory");
	}
	return (char)UART_DR;
}

void line_put(char octet)
{
	while ((UART_FR & TX_FULL) != 0)
		continue;
	UART_DR = (unsigned char)octet;
}
