/*
 * A session: what copy, plan and verify have in common, step by step: connect both ends, make the plan, run,
 * report. Each step returns false and leaves the error in the session when it fails; finish tells it, in
 * every form that was asked for, and gives the exit code. One thread.
 */
#pragma once

#include "cli/cli.h"
#include "cli/endpoints.h"
#include "report/exit_codes.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "transfer/run.h"

typedef enum {
	FERRY_TARGET_WRITE,  /* may be made where it is a file; must be writable */
	FERRY_TARGET_LOOK,   /* the same, but nothing is left behind */
	FERRY_TARGET_READ,   /* must be there */
	FERRY_TARGET_COMPARE /* the same, of a system that need not be one that can be written */
} FerryTargetUse;

typedef struct FerrySession {
	/* set at the start, borrowed */
	const FerryCommand *command;
	char **args; /* as given: for the line that says how to resume */
	const FerryOutputOptions *output;

	/* what the steps make */
	GDateTime *started;
	FerryEndpoint source, target;
	FerryProgress *progress;
	FerryPlan *plan;
	FerryRun *run;
	FerryProject *project;     /* filled by the command before connect; owned */
	char *reject_file;         /* or NULL */
	const char *known_rejects; /* of a verification, or NULL; borrowed */
	bool saves_sources; /* the project's save_sources is followed: set by the commands that may write */
	bool is_verification;
	bool repair, repair_delete; /* of a verification */
	bool can_report; /* false: the files that were asked for cannot be written, as the error says */
	bool has_ended;  /* the run returned true */
	FerryTargetUse target_use;
	FerryPhase phase;
	GError *error; /* of the step that failed */
} FerrySession;

void ferry_session_init(FerrySession *session, const FerryCommand *command, char **args,
			const FerryOutputOptions *output);
void ferry_session_clear(FerrySession *session);

bool ferry_session_connect(FerrySession *session, const char *source, const char *target, FerryTargetUse use);
/* Connections that are lost meanwhile are opened again, and the plan, which only reads, is made anew. */
bool ferry_session_plan(FerrySession *session);
/* Closes the connections of the plan; the run has its own. */
bool ferry_session_run(FerrySession *session);

/* The page that --html asks for, of a command that tells its result itself; true where none is. */
bool ferry_session_write_html(const FerrySession *session, int code);

/* Tells the error, prints the result, writes the report. Returns the exit code. */
int ferry_session_finish(FerrySession *session);
