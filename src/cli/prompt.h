/*
 * Asking for a password on the terminal, without echo.
 */
#pragma once

#include <stdbool.h>

/* Whether there is a terminal and somebody at it (stdin is a terminal, /dev/tty can be opened). */
bool ferry_prompt_is_possible(void);

/* Asks; NULL when nothing could be read (end of input, no terminal). Free the answer with
 * ferry_secret_free(). */
char *ferry_prompt_password(const char *question);

/* Turns the echo on again if a prompt has turned it off; for leaving in the middle of one, from another
 * thread. */
void ferry_prompt_restore(void);
