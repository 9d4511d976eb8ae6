/* Asks for the sum of two numbers, and prints it: client PORT A B. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)atoi(argv[1]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    uint32_t words[2] = {htonl((uint32_t)strtoul(argv[2], NULL, 10)), htonl((uint32_t)strtoul(argv[3], NULL, 10))};
    if (write(fd, words, sizeof words) != sizeof words)
        return 1;
    uint32_t sum;
    if (recv(fd, &sum, sizeof sum, MSG_WAITALL) != sizeof sum)
        return 1;
    printf("%lu\n", (unsigned long)ntohl(sum));
    return 0;
}
