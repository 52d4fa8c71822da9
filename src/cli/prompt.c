/*
 * Asking for a password on the terminal; see prompt.h. It talks to /dev/tty, so stdout and stderr may go
 * elsewhere.
 */
#include "cli/prompt.h"

#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_PASSWORD 1024

/* The one terminal's settings while the echo is off. */
static struct termios saved;
static volatile gint saved_fd = -1; /* atomic; -1: nothing to restore */

bool ferry_prompt_is_possible(void)
{
	int fd;

	if (!isatty(STDIN_FILENO))
		return false;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return;
}

static bool echo_off(int fd)
{
	struct termios quiet;

	if (tcgetattr(fd, &saved) != 0)
		return false;
	quiet = saved;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	quiet.c_lflag |= ECHONL | ICANON;
	if (tcsetattr(fd, TCSAFLUSH, &quiet) != 0)
		return false;
	g_atomic_int_set(&saved_fd, fd);
	return true;
}

void ferry_prompt_restore(void)
{
	int fd = g_atomic_int_get(&saved_fd);

	if (fd < 0)
		return;
	tcsetattr(fd, TCSANOW, &saved);
	g_atomic_int_set(&saved_fd, -1);
}

static char *read_line(int fd)
{
	char line[MAX_PASSWORD];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(line) - 1) {
		n = read(fd, line + len, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || line[len] == '\n')
			break;
		len++;
	}
	char *answer = n > 0 ? g_strndup(line, len) : NULL;
	explicit_bzero(line, sizeof(line));
	return answer;
}

char *ferry_prompt_password(const char *question)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char *answer = NULL;

	if (fd < 0)
		return NULL;
	/* The echo goes first: an answer that comes at once would be shown, or flushed away unread. */
	if (echo_off(fd)) {
		say(fd, question);
		answer = read_line(fd);
		ferry_prompt_restore();
	}
	close(fd);
	return answer;
}
