/*
 * Errors of the service; see problem.h.
 */
#include "service/problem.h"

typedef struct FerryProblemPrivate {
	char *field, *hint;
} FerryProblemPrivate;

static void ferry_problem_private_init(FerryProblemPrivate *p)
{
}

static void ferry_problem_private_copy(const FerryProblemPrivate *from, FerryProblemPrivate *to)
{
	to->field = g_strdup(from->field);
	to->hint = g_strdup(from->hint);
}

static void ferry_problem_private_clear(FerryProblemPrivate *p)
{
	g_free(p->field);
	g_free(p->hint);
}

G_DEFINE_EXTENDED_ERROR(FerryProblem, ferry_problem)

bool ferry_problem(GError **error, FerryProblem code, const char *field, const char *hint, const char *format,
		   ...)
{
	va_list args;

	if (!error)
		return false;
	va_start(args, format);
	*error = g_error_new_valist(FERRY_PROBLEM, (int)code, format, args);
	va_end(args);
	FerryProblemPrivate *p = ferry_problem_get_private(*error);
	p->field = g_strdup(field);
	p->hint = g_strdup(hint);
	return false;
}

const char *ferry_problem_get_field(const GError *error)
{
	return error && error->domain == FERRY_PROBLEM ? ferry_problem_get_private(error)->field : NULL;
}

void ferry_problem_set_field(GError *error, const char *field)
{
	if (error->domain != FERRY_PROBLEM)
		return;
	FerryProblemPrivate *p = ferry_problem_get_private(error);
	g_free(p->field);
	p->field = g_strdup(field);
}

const char *ferry_problem_get_hint(const GError *error)
{
	if (error && error->domain == FERRY_PROBLEM)
		return ferry_problem_get_private(error)->hint;
	return ferry_error_get_hint(error);
}

const char *ferry_problem_get_word(const GError *error)
{
	static const char *const words[FERRY_N_PROBLEMS] = {
		[FERRY_PROBLEM_INVALID] = "bad_request",
		[FERRY_PROBLEM_UNAUTHORIZED] = "unauthorized",
		[FERRY_PROBLEM_CREDENTIALS] = "bad_credentials",
		[FERRY_PROBLEM_CSRF] = "csrf",
		[FERRY_PROBLEM_FORBIDDEN] = "forbidden",
		[FERRY_PROBLEM_NOT_FOUND] = "not_found",
		[FERRY_PROBLEM_CONFLICT] = "conflict",
		[FERRY_PROBLEM_STALE] = "precondition_failed",
		[FERRY_PROBLEM_TOO_LARGE] = "too_large",
		[FERRY_PROBLEM_THROTTLED] = "too_many_requests",
		[FERRY_PROBLEM_METHOD] = "method_not_allowed",
		[FERRY_PROBLEM_MALFORMED] = "malformed",
	};

	if (error->domain == FERRY_PROBLEM && error->code >= 0 && error->code < FERRY_N_PROBLEMS)
		return words[error->code];
	return error->domain == FERRY_ERROR ? ferry_error_code_name((FerryErrorCode)error->code) : "internal";
}
