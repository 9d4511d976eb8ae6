/* What both programs need: the versions, their encoding, and reading whole messages from a stream. */
#ifndef COMMON_H
#define COMMON_H

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet.h"
#include "packet_wire.h"

/* The longest message of any version on any machine. */
#define LONGEST 64

struct reading {
    uint8_t sensor;
    uint64_t at;
    uint16_t millivolts;
};

static int version_of(const char *name) {
    static const char *const names[] = {"v1", "v2", "v3", "v4"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return i + 1;
    fprintf(stderr, "there is no version `%s`: v1, v2, v3 or v4\n", name);
    exit(2);
}

static size_t length_of(int version) {
    switch (version) {
    case 4:
        return PACKET_OCTETS;
    case 3:
        return PACKET_V3;
    default:
        return sizeof(struct packet);
    }
}

static size_t encode(int version, const struct reading *reading, unsigned char *octets) {
    if (version == 4) {
        struct packet_wire packet = {
            .sensor = reading->sensor,
            .at = reading->at,
            .millivolts = reading->millivolts,
        };
        packet_encode(&packet, octets);
    } else if (version == 3) {
        octets[0] = reading->sensor;
        for (int i = 0; i < 8; i++)
            octets[1 + i] = reading->at >> (8 * (7 - i));
        octets[9] = reading->millivolts >> 8;
        octets[10] = reading->millivolts & 0xff;
    } else {
        struct packet packet;
        memset(&packet, 0, sizeof packet);
        packet.sensor = reading->sensor;
        packet.at = htobe64(reading->at);
        packet.millivolts = version == 1 ? reading->millivolts : htons(reading->millivolts);
        memcpy(octets, &packet, sizeof packet);
    }
    return length_of(version);
}

static void decode(int version, const unsigned char *octets, struct reading *reading) {
    if (version == 4) {
        struct packet_wire packet;
        packet_decode(&packet, octets);
        reading->sensor = packet.sensor;
        reading->at = packet.at;
        reading->millivolts = packet.millivolts;
    } else if (version == 3) {
        reading->sensor = octets[0];
        reading->at = 0;
        for (int i = 0; i < 8; i++)
            reading->at = reading->at << 8 | octets[1 + i];
        reading->millivolts = (uint16_t)(octets[9] << 8 | octets[10]);
    } else {
        struct packet packet;
        memcpy(&packet, octets, sizeof packet);
        reading->sensor = packet.sensor;
        reading->at = be64toh(packet.at);
        reading->millivolts = version == 1 ? packet.millivolts : ntohs(packet.millivolts);
    }
}

/* Reads `wanted` octets, or to the end of the stream. */
static size_t read_whole(int fd, void *buffer, size_t wanted) {
    size_t got = 0;
    while (got < wanted) {
        ssize_t n = read(fd, (char *)buffer + got, wanted - got);
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in local(const char *port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)atoi(port));
    return address;
}

#endif
