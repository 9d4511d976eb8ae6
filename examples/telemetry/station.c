/* The station: takes readings, and answers each with what it understood, in words. `station PORT VERSION` */
#include <signal.h>

#include "common.h"

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: station PORT VERSION\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int version = version_of(argv[2]);
    struct sockaddr_in address = local(argv[1]);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0)
        die("socket");
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind");
    if (listen(listener, 16) < 0)
        die("listen");
    for (;;) {
        int sensor = accept(listener, NULL, NULL);
        if (sensor < 0)
            continue;
        unsigned char octets[LONGEST];
        struct reading reading;
        char answer[96];
        if (read_whole(sensor, octets, length_of(version)) == length_of(version)) {
            decode(version, octets, &reading);
            int length = snprintf(answer, sizeof answer, "sensor %u at %llu: %u mV\n", (unsigned)reading.sensor,
                                  (unsigned long long)reading.at, (unsigned)reading.millivolts);
            if (write(sensor, answer, (size_t)length) < 0)
                perror("write");
        }
        close(sensor);
    }
}
