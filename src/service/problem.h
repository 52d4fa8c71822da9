/*
 * Errors of the service: what a person asked for cannot be done, with the words that an API gives back. Other errors
 * (base/error.h) come through as they are: what a database said, what the engine could not do.
 */
#pragma once

#include "base/error.h"

#define FERRY_PROBLEM (ferry_problem_quark())
GQuark ferry_problem_quark(void);

typedef enum {
	FERRY_PROBLEM_INVALID,      /* a field is missing or off */
	FERRY_PROBLEM_UNAUTHORIZED, /* nobody is signed in */
	FERRY_PROBLEM_CREDENTIALS,  /* name or password is wrong */
	FERRY_PROBLEM_CSRF,
	FERRY_PROBLEM_FORBIDDEN,    /* the role, or a rule of an admin, does not allow it */
	FERRY_PROBLEM_NOT_FOUND,
	FERRY_PROBLEM_CONFLICT,     /* the state does not allow it, or the name is taken */
	FERRY_PROBLEM_STALE,        /* somebody else has changed it since it was read */
	FERRY_PROBLEM_TOO_LARGE,
	FERRY_PROBLEM_THROTTLED,    /* too many requests */
	FERRY_PROBLEM_METHOD,       /* the path is there, the method is not */
	FERRY_PROBLEM_MALFORMED,    /* no request that can be understood */
	FERRY_N_PROBLEMS
} FerryProblem;

/* Sets *error and returns false. field (a path in the request: "document.tables[0]") may be NULL, hint (what to do) too. */
bool ferry_problem(GError **error, FerryProblem code, const char *field, const char *hint, const char *format, ...)
	G_GNUC_PRINTF(5, 6);

const char *ferry_problem_get_field(const GError *error); /* or NULL; borrowed */
/* For who passes it on to somebody who calls the member otherwise. Of our domain only. */
void ferry_problem_set_field(GError *error, const char *field);
const char *ferry_problem_get_hint(const GError *error);  /* of either domain; or NULL; borrowed */
/* "not_found", "conflict", …, or base/error.h's word. Static. */
const char *ferry_problem_get_word(const GError *error);
