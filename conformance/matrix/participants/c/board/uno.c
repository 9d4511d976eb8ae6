/*
 * uno: USART0 of an ATmega328P at 16 MHz, 115200 baud, 8 data bits, no parity.
 * The registers and bits are those of its datasheet, chapter 20, by the names of
 * avr-libc; the divisor for 115200 with U2X0 is in its table 20-6.
 */
#include <avr/io.h>

#include "board.h"

void line_start(void)
{
	UCSR0A = 1 << U2X0;
	UBRR0 = 16;
	UCSR0C = 1 << UCSZ01 | 1 << UCSZ00;
	UCSR0B = 1 << RXEN0 | 1 << TXEN0;
	/*
	 * Octets that came before this line QEMU keeps, and it looks for them again
	 * only when something else happens. An overflow of timer 1 does, every 33 ms.
	 */
	TCCR1B = 1 << CS11;
}

/* QEMU's AVR does not sleep: it carries `sleep` out again and again. */
char line_get(void)
{
	while ((UCSR0A & 1 << RXC0) == 0)
		continue;
	return (char)UDR0;
}

void line_put(char octet)
{
	while ((UCSR0A & 1 << UDRE0) == 0)
		continue;
	UDR0 = (unsigned char)octet;
}
