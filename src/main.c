/*
 * ferry: the program. Passwords in the arguments are wiped from the process title before anything else
 * happens; signals are blocked before the first thread starts.
 */
#include "base/url.h"
#include "cli/cli.h"
#include "cli/signals.h"

#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#define MMAP_FROM (256 * 1024)

/* The C library raises the size from which on a buffer is a mapping of its own with each such buffer that is
 * freed, up to 32 MB; buffers of giant values would then stay in the threads' heaps when they are given back.
 */
static void give_large_buffers_back(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
#endif
}

int main(int argc, char **argv)
{
	g_auto(GStrv) args = g_new0(char *, (gsize)argc + 1);
	int code;

	give_large_buffers_back();
	for (int i = 0; i < argc; i++) {
		args[i] = g_strdup(argv[i]);
		char *equals = g_str_has_prefix(argv[i], "--") ? strchr(argv[i], '=') : NULL;
		ferry_url_scrub(equals ? equals + 1 : argv[i]);
	}
	/* Only the character set: numbers and server messages stay as they are in every locale. */
	setlocale(LC_CTYPE, "");
	ferry_signals_start();
	code = ferry_cli_main(args);
	if (fflush(stdout) != 0 && code == 0)
		code = 1;
	return code;
}
