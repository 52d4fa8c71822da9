/*
 * Exit codes: the whole list, and how errors and outcomes become one of them. Scripts act on these;
 * docs/cli.md repeats the table. An error's code alone does not decide: a lost connection is "cannot connect"
 * while connecting and "load failed" once rows move, so the phase in which it came up is given too.
 */
#pragma once

#include "transfer/run.h"

typedef enum {
	FERRY_EXIT_OK = 0,      /* done; for copy: loaded and verified */
	FERRY_EXIT_USAGE = 1,   /* the command line: unknown option, malformed URL, a glob without a match */
	FERRY_EXIT_CONNECT = 2, /* cannot connect, no such database, missing privilege, unsupported version */
	FERRY_EXIT_SCHEMA = 3,  /* reading or making the schema failed, the target is not empty, or keys,
				   indexes and  constraints could not be made after the load */
	FERRY_EXIT_LOAD = 4, /* not all rows are in (or could be verified); the same command line resumes */
	FERRY_EXIT_REJECTED = 5,     /* loaded, but rows were rejected */
	FERRY_EXIT_DIFFERENT = 6,    /* verification found differences */
	FERRY_EXIT_INTERRUPTED = 130 /* Ctrl-C or SIGTERM; the same command line resumes */
} FerryExitCode;

/* How far a command has come. */
typedef enum {
	FERRY_PHASE_CONNECT, /* command line read; connections being opened */
	FERRY_PHASE_PLAN,    /* connected; catalogs, profiling, mapping; schema statements before the load */
	FERRY_PHASE_LOAD     /* rows move, keys are built, or verification runs */
} FerryPhase;

/* error may be NULL: OK. */
FerryExitCode ferry_exit_from_error(const GError *error, FerryPhase phase);

/* For outcomes that tell it all by themselves; FAILED is LOAD, unless the error says otherwise. */
FerryExitCode ferry_exit_from_outcome(FerryOutcome outcome);

/* "loaded and verified", …: a clause for people. Static. */
const char *ferry_exit_meaning(FerryExitCode code);

/* "verified", "rejected", …: stable words for JSON. Static. */
const char *ferry_outcome_name(FerryOutcome outcome);
