/* crossum port 0f5a2c93fcd4dcba: written by crossum, and written anew by it as long as nobody edits it */
/* struct packet in 11 octets, with every value behind the other, without padding. */
#ifndef PACKET_WIRE_H
#define PACKET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many octets a record has. */
#define PACKET_OCTETS 11

struct packet_wire {
  uint8_t sensor; /* 0:1 uint8_t */
  uint64_t at; /* 1:8 uint64_t */
  uint16_t millivolts; /* 9:2 uint16_t */
};

/* Writes a record. Of a bit-field the bits that do not fit are cut off. */
void packet_encode(const struct packet_wire *from, uint8_t to[PACKET_OCTETS]);

/* Reads a record. */
void packet_decode(struct packet_wire *to, const uint8_t from[PACKET_OCTETS]);

#ifdef __cplusplus
}
#endif

#endif
