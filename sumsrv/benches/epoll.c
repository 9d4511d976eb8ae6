/* What sumsrv is measured against: one thread, one epoll, level-triggered, replies to a burst in one write.
 * Single-purpose: no limits, no logging, no timeouts, no orderly stop. */
#define _GNU_SOURCE
#include "sums.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>

enum { READ = 4096, EVENTS = 1024, REPLIES = READ / 2 * LONGEST_REPLY };

struct peer {
    int socket;
    size_t received;
    /* Replies that the kernel did not take; while there are any, nothing is read. */
    char *unsent;
    size_t unsent_from, unsent_to;
    char octets[READ];
};

static int text;
static int epoll;
static char replies[REPLIES];

static void watch(struct peer *peer, int how, uint32_t what)
{
    struct epoll_event event = { .events = what, .data.ptr = peer };
    if (epoll_ctl(epoll, how, peer->socket, &event) < 0)
        die("epoll_ctl");
}

static void part(struct peer *peer)
{
    close(peer->socket);
    free(peer->unsent);
    free(peer);
}

/* Answers what is whole; returns the length of the replies. */
static size_t answer(struct peer *peer)
{
    size_t used = 0, said = 0;
    if (text) {
        char *end;
        while ((end = memchr(peer->octets + used, '\n', peer->received - used)) != NULL) {
            said += answer_text(peer->octets + used, replies + said);
            used = (size_t)(end + 1 - peer->octets);
        }
    } else {
        for (; peer->received - used >= MESSAGE; used += MESSAGE)
            said += answer_network((unsigned char *)peer->octets + used, (unsigned char *)replies + said);
    }
    peer->received -= used;
    memmove(peer->octets, peer->octets + used, peer->received);
    return said;
}

static void hear(struct peer *peer)
{
    ssize_t got = read(peer->socket, peer->octets + peer->received, READ - peer->received);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            part(peer);
        return;
    }
    peer->received += (size_t)got;
    size_t said = answer(peer);
    if (said == 0) {
        /* A line that fills the buffer never ends. */
        if (peer->received == READ)
            part(peer);
        return;
    }
    ssize_t put = write(peer->socket, replies, said);
    if (put < 0 && errno != EAGAIN) {
        part(peer);
        return;
    }
    size_t taken = put < 0 ? 0 : (size_t)put;
    if (taken == said)
        return;
    peer->unsent = malloc(said - taken);
    if (peer->unsent == NULL)
        die("malloc");
    memcpy(peer->unsent, replies + taken, said - taken);
    peer->unsent_from = 0;
    peer->unsent_to = said - taken;
    watch(peer, EPOLL_CTL_MOD, EPOLLOUT);
}

static void say_the_rest(struct peer *peer)
{
    ssize_t put = write(peer->socket, peer->unsent + peer->unsent_from, peer->unsent_to - peer->unsent_from);
    if (put < 0) {
        if (errno != EAGAIN)
            part(peer);
        return;
    }
    peer->unsent_from += (size_t)put;
    if (peer->unsent_from == peer->unsent_to) {
        free(peer->unsent);
        peer->unsent = NULL;
        watch(peer, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static void welcome(int listener)
{
    int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (accepted < 0)
        return;
    no_delay(accepted);
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        die("calloc");
    peer->socket = accepted;
    watch(peer, EPOLL_CTL_ADD, EPOLLIN);
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    text = is_text(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_and_say(argv[1]);
    epoll = epoll_create1(0);
    struct epoll_event listening = { .events = EPOLLIN, .data.ptr = NULL };
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listening) < 0)
        die("epoll");
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == NULL)
                welcome(listener);
            else if (peer->unsent != NULL)
                say_the_rest(peer);
            else
                hear(peer);
        }
    }
}
