/*
 * A reading of a sensor, as it travels to the station.
 *
 * Three versions of the same message. The first two were "tested on every machine we have", and these were all alike.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdint.h>

/* Version 1: the struct as it lies in memory. `millivolts` was forgotten when the others were swapped: a bug in byte
 * order. And where `at` lies depends on how the machine aligns an int64_t: a bug in padding. */
struct packet {
    uint8_t sensor;
    uint64_t at;         /* seconds since 1970, big-endian */
    uint16_t millivolts; /* oh */
};

/* Version 2 swaps everything, in the same struct: the bug in byte order is mended, the one in padding is not. */

/* Version 3 is written octet by octet, and so is the same everywhere: 1 of the sensor, 8 of the time, 2 of the voltage,
 * the most significant first. */
#define PACKET_V3 11

#endif
