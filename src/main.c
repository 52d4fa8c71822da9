/*
 * ferry: the program. Passwords in the arguments are wiped from the process title before anything else
 * happens; signals are blocked before the first thread starts.
 */
#include "base/url.h"
#include "cli/cli.h"
#include "cli/signals.h"

#include <locale.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	g_auto(GStrv) args = g_new0(char *, (gsize)argc + 1);
	int code;

	for (int i = 0; i < argc; i++) {
		args[i] = g_strdup(argv[i]);
		ferry_url_scrub(argv[i]);
	}
	/* Only the character set: numbers and server messages stay as they are in every locale. */
	setlocale(LC_CTYPE, "");
	ferry_signals_start();
	code = ferry_cli_main(args);
	if (fflush(stdout) != 0 && code == 0)
		code = 1;
	return code;
}
