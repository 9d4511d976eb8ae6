/* The sensor: sends one reading, and prints what the station made of it. `sensor PORT VERSION SENSOR AT MILLIVOLTS` */
#include "common.h"

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: sensor PORT VERSION SENSOR AT MILLIVOLTS\n");
        return 2;
    }
    int version = version_of(argv[2]);
    struct sockaddr_in address = local(argv[1]);
    struct reading reading = {
        .sensor = (uint8_t)strtoul(argv[3], NULL, 10),
        .at = strtoull(argv[4], NULL, 10),
        .millivolts = (uint16_t)strtoul(argv[5], NULL, 10),
    };
    int station = socket(AF_INET, SOCK_STREAM, 0);
    if (station < 0)
        die("socket");
    if (connect(station, (struct sockaddr *)&address, sizeof address) < 0)
        die("connect");
    unsigned char octets[LONGEST];
    size_t length = encode(version, &reading, octets);
    if (write(station, octets, length) != (ssize_t)length)
        die("write");
    char answer[96];
    size_t got = read_whole(station, answer, sizeof answer);
    if (got == 0) {
        fprintf(stderr, "the station did not answer\n");
        return 1;
    }
    fwrite(answer, 1, got, stdout);
    return 0;
}
