/* See output_file.h. */
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names of what this or another process has open; they may lead to regular files. */
static bool is_open_file(const char *path)
{
	return g_str_has_prefix(path, "/dev/std") || g_str_has_prefix(path, "/dev/fd/") ||
	       g_str_has_prefix(path, "/proc/");
}

/* The path of the regular file that is to be replaced or made; NULL: what is there is written to. */
static char *find_regular(const char *path, struct stat *ret_info)
{
	struct stat link;

	if (stat(path, ret_info) == 0) {
		char *real = S_ISREG(ret_info->st_mode) && !is_open_file(path) ? realpath(path, NULL) : NULL;
		char *copy = g_strdup(real);
		free(real);
		return copy;
	}
	ret_info->st_mode = S_IFREG | 0666;
	return lstat(path, &link) == 0 ? NULL
				       : g_strdup(path); /* a link to nothing would be replaced itself */
}

static bool fail(const char *path, int code, GError **error)
{
	return ferry_fail(error, FERRY_ERROR_IO, "%s: %s", path, g_strerror(code));
}

bool ferry_output_file_check(const char *path, GError **error)
{
	struct stat info;
	g_autofree char *regular = find_regular(path, &info);
	g_autofree char *folder = g_path_get_dirname(regular ? regular : path);

	if (S_ISDIR(info.st_mode))
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s is a directory", path);
	if (!regular && access(path, W_OK) != 0 && errno != ENOENT)
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s cannot be written: %s", path,
				  g_strerror(errno));
	if (regular && access(folder, W_OK) != 0)
		return ferry_fail(error, FERRY_ERROR_USAGE,
				  "%s cannot be written: no directory %s that may be written", path, folder);
	return true;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			return false;
		text += MAX(n, 0);
		len -= (size_t)MAX(n, 0);
	}
	return true;
}

static bool write_into(const char *path, const char *text, GError **error)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);

	if (fd < 0)
		return fail(path, errno, error);
	int code = write_all(fd, text, strlen(text)) ? 0 : errno;
	if (close(fd) != 0 && code == 0)
		code = errno;
	return code == 0 || fail(path, code, error);
}

bool ferry_output_file_write(const char *path, const char *text, GError **error)
{
	struct stat info;
	g_autofree char *regular = find_regular(path, &info);
	g_autoptr(GError) local = NULL;

	if (!regular)
		return write_into(path, text, error);
	return g_file_set_contents_full(regular, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
					info.st_mode & 0777, &local) ||
	       ferry_fail(error, FERRY_ERROR_IO, "%s", local->message);
}
