/*
 * The error domain. GLib's extended errors carry SQLSTATE, vendor code, hint and "can heal" in the GError
 * itself, so they survive g_error_copy(), g_propagate_error() and g_prefix_error() without a table on the
 * side.
 */
#include "base/error.h"

typedef struct FerryErrorPrivate {
	char *sqlstate; /* or NULL */
	char *hint;     /* or NULL */
	int vendor_code;
	bool can_heal;
} FerryErrorPrivate;

static void ferry_error_private_init(FerryErrorPrivate *priv)
{
	*priv = (FerryErrorPrivate){0};
}

static void ferry_error_private_copy(const FerryErrorPrivate *from, FerryErrorPrivate *to)
{
	*to = (FerryErrorPrivate){
		.sqlstate = g_strdup(from->sqlstate),
		.hint = g_strdup(from->hint),
		.vendor_code = from->vendor_code,
		.can_heal = from->can_heal,
	};
}

static void ferry_error_private_clear(FerryErrorPrivate *priv)
{
	g_clear_pointer(&priv->sqlstate, g_free);
	g_clear_pointer(&priv->hint, g_free);
}

G_DEFINE_EXTENDED_ERROR(FerryError, ferry_error)

static const char *const code_names[FERRY_N_ERROR_CODES] = {
	[FERRY_ERROR_FAILED] = "failed",
	[FERRY_ERROR_USAGE] = "usage",
	[FERRY_ERROR_CONNECT] = "connect",
	[FERRY_ERROR_AUTH] = "auth",
	[FERRY_ERROR_PERMISSION] = "permission",
	[FERRY_ERROR_NOT_FOUND] = "not-found",
	[FERRY_ERROR_EXISTS] = "exists",
	[FERRY_ERROR_UNSUPPORTED] = "unsupported",
	[FERRY_ERROR_DATA] = "data",
	[FERRY_ERROR_INTEGRITY] = "integrity",
	[FERRY_ERROR_LOST] = "lost",
	[FERRY_ERROR_CONFLICT] = "conflict",
	[FERRY_ERROR_IO] = "io",
	[FERRY_ERROR_CANCELLED] = "cancelled",
	[FERRY_ERROR_INTERNAL] = "internal",
};

/* What rides along, or NULL for a foreign error. */
static FerryErrorPrivate *get_extra(const GError *error)
{
	return error && error->domain == FERRY_ERROR ? ferry_error_get_private(error) : NULL;
}

bool ferry_fail(GError **error, FerryErrorCode code, const char *format, ...)
{
	if (!error)
		return false;

	va_list args;
	va_start(args, format);
	g_propagate_error(error, g_error_new_valist(FERRY_ERROR, (int)code, format, args));
	va_end(args);
	return false;
}

bool ferry_fail_server(GError **error, FerryErrorCode code, const char *sqlstate, int vendor_code,
		       bool can_heal, const char *format, ...)
{
	if (!error)
		return false;

	va_list args;
	va_start(args, format);
	GError *made = g_error_new_valist(FERRY_ERROR, (int)code, format, args);
	va_end(args);

	FerryErrorPrivate *extra = ferry_error_get_private(made);
	extra->sqlstate = g_strdup(sqlstate);
	extra->vendor_code = vendor_code;
	extra->can_heal = can_heal;
	g_propagate_error(error, made);
	return false;
}

void ferry_error_hint(GError **error, const char *format, ...)
{
	FerryErrorPrivate *extra = error ? get_extra(*error) : NULL;
	if (!extra)
		return;

	va_list args;
	va_start(args, format);
	char *hint = g_strdup_vprintf(format, args); /* before the free: an argument may be the old hint */
	va_end(args);
	g_free(extra->hint);
	extra->hint = hint;
}

const char *ferry_error_get_hint(const GError *error)
{
	const FerryErrorPrivate *extra = get_extra(error);
	return extra ? extra->hint : NULL;
}

const char *ferry_error_get_sqlstate(const GError *error)
{
	const FerryErrorPrivate *extra = get_extra(error);
	return extra ? extra->sqlstate : NULL;
}

int ferry_error_get_vendor_code(const GError *error)
{
	const FerryErrorPrivate *extra = get_extra(error);
	return extra ? extra->vendor_code : 0;
}

bool ferry_error_can_heal(const GError *error)
{
	const FerryErrorPrivate *extra = get_extra(error);
	return extra && extra->can_heal;
}

bool ferry_error_is(const GError *error, FerryErrorCode code)
{
	return g_error_matches(error, FERRY_ERROR, (int)code);
}

const char *ferry_error_code_name(FerryErrorCode code)
{
	return (unsigned)code < FERRY_N_ERROR_CODES ? code_names[code] : code_names[FERRY_ERROR_FAILED];
}
