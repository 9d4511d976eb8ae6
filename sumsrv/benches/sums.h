/* `network` and `text` of PROTOCOL.md, for the servers that sumsrv is compared with, and for nothing else.
 * They take valid requests and text that is not; caps, refusals of what is too large, and limits are left out. */
#ifndef SUMS_H
#define SUMS_H

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORD = 8, MESSAGE = 2 * WORD, LONGEST_REPLY = 32, STATUS_OVERFLOW = 2 };

static inline int64_t word(const unsigned char *octets)
{
    uint64_t value;
    memcpy(&value, octets, WORD);
    return (int64_t)be64toh(value);
}

static inline void put_word(unsigned char *octets, int64_t value)
{
    uint64_t swapped = htobe64((uint64_t)value);
    memcpy(octets, &swapped, WORD);
}

/* Answers one request of 16 octets. Returns the reply's length. */
static inline size_t answer_network(const unsigned char *request, unsigned char *reply)
{
    int64_t sum;
    int overflow = __builtin_add_overflow(word(request), word(request + WORD), &sum);
    put_word(reply, overflow ? STATUS_OVERFLOW : 0);
    put_word(reply + WORD, overflow ? 0 : sum);
    return MESSAGE;
}

/* Reads an integer; NULL when there is none, or it does not fit. */
static inline const char *scan(const char *at, int64_t *value)
{
    while (*at == ' ' || (*at >= '\t' && *at <= '\r' && *at != '\n'))
        at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    if (*at < '0' || *at > '9')
        return NULL;
    for (*value = 0; *at >= '0' && *at <= '9'; at++) {
        int digit = *at - '0';
        if (__builtin_mul_overflow(*value, 10, value))
            return NULL;
        if (negative ? __builtin_sub_overflow(*value, digit, value) : __builtin_add_overflow(*value, digit, value))
            return NULL;
    }
    return at;
}

/* Answers one line, which ends in LF. Returns the reply's length. */
static inline size_t answer_text(const char *line, char *reply)
{
    int64_t a, b, sum;
    const char *rest = scan(line, &a);
    if (rest == NULL || scan(rest, &b) == NULL || __builtin_add_overflow(a, b, &sum)) {
        memcpy(reply, "input error\n", 12);
        return 12;
    }
    char digits[LONGEST_REPLY];
    char *first = digits + sizeof digits;
    uint64_t rest_of_it = sum < 0 ? -(uint64_t)sum : (uint64_t)sum;
    *--first = '\n';
    do
        *--first = (char)('0' + rest_of_it % 10);
    while ((rest_of_it /= 10) != 0);
    if (sum < 0)
        *--first = '-';
    size_t length = (size_t)(digits + sizeof digits - first);
    memcpy(reply, first, length);
    return length;
}

static inline void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Listens on a free port of 127.0.0.1 and says so as sumsrv does. Only loopback: this is no server to be used. */
static inline int listen_and_say(const char *encoding)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof addr;
    if (listener < 0 || bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(listener, 1024) < 0
        || getsockname(listener, (struct sockaddr *)&addr, &length) < 0)
        die("listen");
    printf("listening %s 127.0.0.1:%d\nready\n", encoding, ntohs(addr.sin_port));
    fflush(stdout);
    return listener;
}

static inline int is_text(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "text") == 0)
        return 1;
    if (argc == 2 && strcmp(argv[1], "network") == 0)
        return 0;
    fprintf(stderr, "usage: %s network|text\n", argv[0]);
    exit(2);
}

static inline void no_delay(int socket)
{
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

#endif
