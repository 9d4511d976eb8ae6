/* What a board is to have: a serial line. One file a board. */
#ifndef BOARD_H
#define BOARD_H

void line_start(void);
char line_get(void);                    /* waits for an octet, asleep if the machine can */
void line_put(char octet);              /* waits until it is on its way */

#endif
