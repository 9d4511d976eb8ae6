/* The original design: a child for each connection, which reads a request, answers it, and reads the next.
 * Lines come through a buffer, as readline's do; structs come one read each. Replies are one write each. */
#define _GNU_SOURCE
#include "sums.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

enum { READ = 4096, LONGEST_LINE = 1026 };

static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

static void reap(int signal)
{
    int before = errno;
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = before;
}

static void write_whole(int socket, const char *octets, size_t length)
{
    while (length > 0) {
        ssize_t put = write(socket, octets, length);
        if (put <= 0)
            exit(0);
        octets += put;
        length -= (size_t)put;
    }
}

/* The next octet, or -1 at the end. */
static int next(int socket)
{
    static char buffer[READ];
    static ssize_t have, at;
    if (at == have) {
        at = 0;
        have = read(socket, buffer, sizeof buffer);
        if (have <= 0)
            return -1;
    }
    return (unsigned char)buffer[at++];
}

static void serve_text(int socket)
{
    static char line[LONGEST_LINE], reply[LONGEST_REPLY];
    size_t length = 0;
    int octet;
    while ((octet = next(socket)) >= 0 && length < sizeof line) {
        line[length++] = (char)octet;
        if (octet == '\n') {
            write_whole(socket, reply, answer_text(line, reply));
            length = 0;
        }
    }
}

static void serve_network(int socket)
{
    unsigned char request[MESSAGE], reply[MESSAGE];
    for (;;) {
        size_t length = 0;
        while (length < MESSAGE) {
            ssize_t got = read(socket, request + length, MESSAGE - length);
            if (got <= 0)
                return;
            length += (size_t)got;
        }
        write_whole(socket, (char *)reply, answer_network(request, reply));
    }
}

int main(int argc, char **argv)
{
    int text = is_text(argc, argv);
    struct sigaction reaping = { .sa_handler = reap, .sa_flags = SA_RESTART };
    struct sigaction ending = { .sa_handler = stop };
    sigaction(SIGCHLD, &reaping, NULL);
    sigaction(SIGTERM, &ending, NULL);
    int listener = listen_and_say(argv[1]);
    while (!stopping) {
        int accepted = accept(listener, NULL, NULL);
        if (accepted < 0)
            continue;
        pid_t child = fork();
        if (child < 0)
            die("fork");
        if (child == 0) {
            signal(SIGTERM, SIG_DFL);
            close(listener);
            no_delay(accepted);
            if (text)
                serve_text(accepted);
            else
                serve_network(accepted);
            exit(0);
        }
        close(accepted);
    }
    /* What the children used is counted when they are waited for. They end with their peers. */
    close(listener);
    signal(SIGCHLD, SIG_DFL);
    while (wait(NULL) > 0)
        ;
    return 0;
}
