/* `xdr` by rpcgen and libtirpc: carries out the orders of codec.py, `rpcgen ORDERS`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sum.h"

static const char *const WHYS[] = {"sum", "malformed", "overflow", "too-large"};

static void print_octets(XDR *xdr, const unsigned char *octets) {
    printf("octets ");
    for (unsigned at = 0; at < xdr_getpos(xdr); at++)
        printf("%02x", octets[at]);
    printf("\n");
}

static void write_message(char *what, char *first, char *second) {
    unsigned char octets[64];
    XDR xdr;
    bool_t done;
    xdrmem_create(&xdr, (char *)octets, sizeof octets, XDR_ENCODE);
    if (strcmp(what, "request") == 0) {
        request message = {strtoll(first, NULL, 10), strtoll(second, NULL, 10)};
        done = xdr_request(&xdr, &message);
    } else {
        reply message;
        memset(&message, 0, sizeof message);
        if (strcmp(what, "sum") == 0)
            message.reply_u.sum = strtoll(first, NULL, 10);
        else
            while (message.s < TOO_LARGE && strcmp(first, WHYS[message.s]) != 0)
                message.s++;
        done = xdr_reply(&xdr, &message);
    }
    if (done)
        print_octets(&xdr, octets);
    else
        printf("failed the message cannot be written\n");
}

static void read_message(char *what, const char *hex) {
    unsigned char octets[64];
    size_t size = strlen(hex) / 2;
    XDR xdr;
    if (size > sizeof octets) {
        printf("failed a message of %zu octets\n", size);
        return;
    }
    for (size_t at = 0; at < size; at++) {
        unsigned octet;
        sscanf(hex + 2 * at, "%2x", &octet);
        octets[at] = (unsigned char)octet;
    }
    xdrmem_create(&xdr, (char *)octets, (unsigned)size, XDR_DECODE);
    if (strcmp(what, "request") == 0) {
        request message;
        if (xdr_request(&xdr, &message) && xdr_getpos(&xdr) == size) {
            printf("request %" PRId64 " %" PRId64 "\n", (int64_t)message.a, (int64_t)message.b);
            return;
        }
    } else {
        reply message;
        if (xdr_reply(&xdr, &message) && xdr_getpos(&xdr) == size && message.s <= TOO_LARGE) {
            if (message.s == SUM)
                printf("sum %" PRId64 "\n", (int64_t)message.reply_u.sum);
            else
                printf("refused %s\n", WHYS[message.s]);
            return;
        }
    }
    printf("failed the message cannot be read\n");
}

int main(int argc, char **argv) {
    char line[512];
    FILE *orders = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (orders == NULL) {
        perror(argc > 1 ? argv[1] : "usage: rpcgen ORDERS");
        return 2;
    }
    while (fgets(line, sizeof line, orders) != NULL) {
        char *words[4] = {"", "", "", ""}, *word = strtok(line, " \n");
        for (int at = 0; at < 4 && word != NULL; at++, word = strtok(NULL, " \n"))
            words[at] = word;
        if (strcmp(words[0], "write") == 0)
            write_message(words[1], words[2], words[3]);
        else
            read_message(words[1], words[2]);
    }
    return 0;
}
