/*
 * What runs before main() where there is no C library: the variables that have a
 * value get it, and the others 0. A board's linker script says where they are.
 */
#include <string.h>

extern char data_begin[], data_end[], data_kept[], bss_begin[], bss_end[];

int main(void);
void start(void);

void start(void)
{
	memcpy(data_begin, data_kept, (size_t)(data_end - data_begin));
	memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
	(void)main();
}
