/* A server and a client that double a number, in a line of text: right, or wrong in one way.
 * `pair serve KIND PORT`, `pair ask KIND PORT NUMBER` */
#define _GNU_SOURCE /* POLLRDHUP */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in local(const char *port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)atoi(port));
    return address;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* Reads a line, or less where the stream ends. */
static size_t line(int fd, char *buffer, size_t size) {
    size_t got = 0;
    while (got < size - 1 && read(fd, buffer + got, 1) == 1)
        if (buffer[got++] == '\n')
            break;
    buffer[got] = 0;
    return got;
}

static void answer(int fd, const char *kind) {
    char text[64];
    if (line(fd, text, sizeof text) > 0) {
        /* It takes the end of the client's stream for the end of its interest. */
        struct pollfd hung_up = {.fd = fd, .events = POLLRDHUP};
        if (strcmp(kind, "loses") != 0 || poll(&hung_up, 1, 100) == 0)
            dprintf(fd, "%d\n", 2 * atoi(text));
    }
}

static int serve(const char *kind, const char *port) {
    struct sockaddr_in address = local(port);
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    signal(SIGPIPE, SIG_IGN);
    /* Nobody waits for the handlers that have ended; the kernel does, unless it is told to keep them. */
    if (strcmp(kind, "zombies") != 0)
        signal(SIGCHLD, SIG_IGN);
    if (strcmp(kind, "rebinds-never") != 0)
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind");
    if (listen(listener, 16) < 0)
        die("listen");
    if (strcmp(kind, "leaves") == 0 && fork() == 0) {
        setsid();
        close(listener);
        for (;;)
            pause();
    }
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        if (fork() == 0) {
            close(listener);
            answer(fd, kind);
            exit(0);
        }
        if (strcmp(kind, "leaks") != 0)
            close(fd);
    }
}

static int ask(const char *kind, const char *port, const char *number) {
    struct sockaddr_in address = local(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char text[64];
    /* Linux takes the second for connect, too. */
    struct timeval patience = {.tv_sec = 8};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("connect");
    dprintf(fd, "%s\n", number);
    size_t got = line(fd, text, sizeof text);
    /* It takes the end of the stream for a reason to wait for more. */
    if (got == 0 && strcmp(kind, "waits") == 0)
        for (;;)
            pause();
    if (got == 0 && strcmp(kind, "hides") == 0)
        return 0;
    if (got == 0)
        die("no reply");
    fputs(text, stdout);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv[3]);
    if (argc == 5 && strcmp(argv[1], "ask") == 0)
        return ask(argv[2], argv[3], argv[4]);
    fprintf(stderr, "usage: pair serve KIND PORT | ask KIND PORT NUMBER\n");
    return 2;
}
