/* sum: the sum protocol in C, as a server and as a client of the test matrix. */
#include <string.h>

#include "os.h"

static void print(const char *piece)
{
	(void)fputs(piece, stdout);
}

static int usage(FILE *to, int code)
{
	const struct encoding *const *e;

	(void)fputs(
	    "usage: sum abi                    print what this machine's C is like\n"
	    "       sum serve ENC[=ADDR] ...   serve until it is asked to end; ADDR is IP:PORT, IPv4 only\n"
	    "       sum drive                  read `ID ENC ADDR A B` lines, answer each\n"
	    "       sum --help                 print this\n"
	    "environment: CROSSUM_PATIENCE_MS  how long drive waits for a reply (100)\n"
	    "encodings:", to);
	for (e = encodings; *e != NULL; e++)
		(void)fprintf(to, " %s", (*e)->name);
	(void)fputc('\n', to);
	return code;
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	int code = DONE;

	if (!begin()) {
		(void)fprintf(stderr, "sum: cannot begin: %s\n", why());
		return TROUBLE;
	}
	if (strcmp(what, "--help") == 0)
		code = usage(stdout, DONE);
	else if (strcmp(what, "abi") == 0 && argc == 2)
		abi(print);
	else if (strcmp(what, "serve") == 0 && argc > 2)
		code = serve(argv + 2, argc - 2);
	else if (strcmp(what, "drive") == 0 && argc == 2)
		code = drive();
	else
		code = usage(stderr, USAGE);

	if (fflush(stdout) == EOF || ferror(stdout)) {
		perror("sum: cannot write to standard output");
		return TROUBLE;
	}
	return code;
}
