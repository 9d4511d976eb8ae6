/*
 * virt: QEMU's machine of that name, for RISC-V. Its serial line is a 16550A
 * (National Semiconductor's PC16550D datasheet, chapter 8) at the address that
 * QEMU's docs/system/riscv/virt.rst and its device tree give: UART at 0x10000000,
 * interrupt 10 of the PLIC at 0x0c000000 (RISC-V PLIC specification 1.0, memory
 * map). The divisor means nothing there.
 */
#include <stdint.h>

#include "board.h"

#define UART ((volatile uint8_t *)0x10000000)

#define PLIC(offset) (*(volatile uint32_t *)(0x0c000000 + (offset)))

enum { UART_INTERRUPT = 10 };
enum { PRIORITY = 4 * UART_INTERRUPT, ENABLE = 0x2000, CLAIM = 0x200004 };
enum { DATA = 0, INTERRUPTS = 1, LINE_CONTROL = 3, LINE_STATUS = 5 };
enum { EIGHT_BITS = 3, RECEIVED = 1 << 0, CAN_TRANSMIT = 1 << 5 };

void entry(void);

/* A hart begins without a stack. */
__attribute__((naked, section(".entry"), used))
void entry(void)
{
	__asm__ volatile ("la sp, stack_top\n\tj start");
}

void line_start(void)
{
	UART[LINE_CONTROL] = EIGHT_BITS;
	UART[INTERRUPTS] = RECEIVED;
	PLIC(PRIORITY) = 1;
	PLIC(ENABLE) = 1 << UART_INTERRUPT;
	__asm__ volatile ("csrs mie, %0" : : "r" (1 << 11));    /* MEIE */
}

char line_get(void)
{
	/* mstatus.MIE is off: a pending interrupt wakes the hart, and no more. */
	while ((UART[LINE_STATUS] & RECEIVED) == 0) {
		__asm__ volatile ("wfi" : : : "memory");
		PLIC(CLAIM) = PLIC(CLAIM);
	}
	return (char)UART[DATA];
}

void line_put(char octet)
{
	while ((UART[LINE_STATUS] & CAN_TRANSMIT) == 0)
		continue;
	UART[DATA] = (uint8_t)octet;
}
