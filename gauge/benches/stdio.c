/* The host's C library doing what the encoding `text` does: snprintf and sscanf of a request's line and of a reply's.
 *
 * stdio FILE ROUNDS: FILE holds a pair of integers a line. Prints the nanoseconds of encoding a request and its reply,
 * and of decoding both, a pair: each of the quickest of ROUNDS turns over all pairs. Every value is compared once first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE = 48, MAX_VALUES = 500000 };

static long long a[MAX_VALUES], b[MAX_VALUES];
static char request[MAX_VALUES][LINE], reply[MAX_VALUES][LINE];
static volatile long long sink;

static long long sum(int i) { return (long long)((unsigned long long)a[i] + (unsigned long long)b[i]); }

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return 1e9 * (double)at.tv_sec + (double)at.tv_nsec;
}

static void encode(int count)
{
    for (int i = 0; i < count; i++) {
        sink = snprintf(request[i], LINE, "%lld %lld\n", a[i], b[i]);
        sink = snprintf(reply[i], LINE, "%lld\n", sum(i));
    }
}

static int decode(int count)
{
    int equal = 0;
    for (int i = 0; i < count; i++) {
        long long x = 0, y = 0, z = 0;
        sink = sscanf(request[i], "%lld %lld", &x, &y);
        sink = sscanf(reply[i], "%lld", &z);
        equal += x == a[i] && y == b[i] && z == sum(i);
    }
    return equal;
}

int main(int argc, char **argv)
{
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    FILE *file = rounds > 0 ? fopen(argv[1], "r") : NULL;
    if (!file) {
        fprintf(stderr, "stdio: FILE ROUNDS were expected\n");
        return 2;
    }
    int count = 0;
    while (count < MAX_VALUES && fscanf(file, "%lld %lld", &a[count], &b[count]) == 2)
        count++;
    fclose(file);
    encode(count);
    int equal = decode(count);
    if (count == 0 || equal != count) {
        fprintf(stderr, "stdio: %d of %d values came back\n", equal, count);
        return 1;
    }
    double encoding = 0, decoding = 0;
    for (int round = 0; round < rounds; round++) {
        double start = now();
        encode(count);
        double middle = now();
        sink = decode(count);
        double end = now();
        if (round == 0 || middle - start < encoding)
            encoding = middle - start;
        if (round == 0 || end - middle < decoding)
            decoding = end - middle;
    }
    printf("%.3f %.3f\n", encoding / count, decoding / count);
    return 0;
}
