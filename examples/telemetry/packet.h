/*
 * A reading of a sensor, as it is sent to the station.
 *
 * There are four versions of the message. The first two were tested only between machines of one kind.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdint.h>

/* Version 1: the struct as it is in memory. `at` is converted to big-endian, and `millivolts` is not: a bug in byte order. The offset of
 * `at` depends on how the machine aligns an int64_t: a bug in padding. */
struct packet {
    uint8_t sensor;
    uint64_t at;         /* seconds since 1970, big-endian */
    uint16_t millivolts; /* in the machine's own byte order */
};

/* Version 2 converts `millivolts`, too, in the same struct. The bug in byte order is fixed, the one in padding is not. */

/* Version 3 is written octet by octet, and so is the same on every machine: 1 octet of the sensor, 8 of the time, 2 of
 * the voltage, the most significant first. */
#define PACKET_V3 11

/* Version 4 has the octets of version 3, and nobody wrote its code: `crossum port packet.h --type 'struct packet' --lang c --out .` made packet_wire.h and
 * packet_wire.c of the struct above. */

#endif
