/* crossum port 3ca8cf624d5b3649: written by crossum, and written anew by it as long as nobody edits it */
#include "packet_wire.h"

#include <limits.h>
#include <string.h>

/* What the code below goes by; it does not compile elsewhere. */
typedef char packet_octets_have_8_bits[CHAR_BIT == 8 ? 1 : -1];

/* What is written has the octets that a read takes in the same order: reading a value's own octets swaps them, or
 * leaves them as they are, as this machine needs it. */

static inline uint16_t get_be16(const uint8_t *from) {
  return (uint16_t)((uint16_t)((uint16_t)from[0] << 8) | (uint16_t)((uint16_t)from[1]));
}

static inline void put_be16(uint8_t *to, uint16_t value) {
  uint8_t octets[2];
  memcpy(octets, &value, sizeof octets);
  value = get_be16(octets);
  memcpy(to, &value, sizeof value);
}

static inline uint64_t get_be64(const uint8_t *from) {
  return (uint64_t)((uint64_t)((uint64_t)from[0] << 56) | (uint64_t)((uint64_t)from[1] << 48) | (uint64_t)((uint64_t)from[2] << 40) | (uint64_t)((uint64_t)from[3] << 32) | (uint64_t)((uint64_t)from[4] << 24) | (uint64_t)((uint64_t)from[5] << 16) | (uint64_t)((uint64_t)from[6] << 8) | (uint64_t)((uint64_t)from[7]));
}

static inline void put_be64(uint8_t *to, uint64_t value) {
  uint8_t octets[8];
  memcpy(octets, &value, sizeof octets);
  value = get_be64(octets);
  memcpy(to, &value, sizeof value);
}

void packet_encode(const struct packet_wire *from, uint8_t to[PACKET_OCTETS]) {
  to[0] = (uint8_t)from->sensor;
  put_be64(&to[1], (uint64_t)from->at);
  put_be16(&to[9], (uint16_t)from->millivolts);
}

void packet_decode(struct packet_wire *to, const uint8_t from[PACKET_OCTETS]) {
  to->sensor = from[0];
  to->at = get_be64(&from[1]);
  to->millivolts = get_be16(&from[9]);
}
