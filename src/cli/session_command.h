/*
 * A command that works on a project: copy, plan, verify, preview, compare. It takes the flags of a project and options of its own, makes the
 * project, connects both ends, works, and finishes; a command says only what is its own.
 */
#pragma once

#include "cli/project_flags.h"
#include "cli/session.h"

typedef struct FerrySessionCommand {
	FerryFlagUse flags;
	FerryTargetUse target;
	/* MAY. The command's own options, behind those of the project. */
	void (*add_options)(FerryOptions *options, gpointer own);
	/* MAY. What the command demands of the project, before anything is opened. */
	void (*prepare)(FerrySession *session);
	/* MAY. Whether the command's own options are in order, before anything is opened. False with session->error. */
	bool (*check)(FerrySession *session, gpointer own);
	/* MUST. Both ends are open. False with session->error. */
	bool (*work)(FerrySession *session, gpointer own);
	/* MAY. The exit code, also where something failed. NULL: ferry_session_finish(). */
	int (*finish)(FerrySession *session, gpointer own);
} FerrySessionCommand;

/* A command's whole run: returns the exit code. output is filled by the options that the command adds; own is handed on. */
int ferry_session_command_run(const FerrySessionCommand *what, const FerryCommand *command, char **args,
                              const FerryOutputOptions *output, gpointer own);
