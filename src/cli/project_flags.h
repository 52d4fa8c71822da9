/*
 * The flags that fill a project: one table for copy, plan, verify, preview and compare. What is given is kept until the command line
 * is read, then laid over the document of --project, or over a project at its defaults: a flag replaces what the document
 * says, and one that may be repeated replaces it as a whole; rules of types are put before the document's.
 *
 * Flags whose part the engine does not have yet (ferry_run_supports()) are not shown in the help; given, the run refuses them.
 */
#pragma once

#include "cli/options.h"
#include "project/project.h"

typedef enum {
	FERRY_FLAGS_COPY = 1,
	FERRY_FLAGS_PLAN = 2,
	FERRY_FLAGS_VERIFY = 4,
	FERRY_FLAGS_PREVIEW = 8,
	FERRY_FLAGS_COMPARE = 16
} FerryFlagUse;

typedef struct FerryProjectFlags FerryProjectFlags;

FerryProjectFlags *ferry_project_flags_new(FerryFlagUse use);
void ferry_project_flags_free(FerryProjectFlags *flags); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryProjectFlags, ferry_project_flags_free)

/* Adds the groups of flags to a command's options; flags must live until they are parsed. */
void ferry_project_flags_add(FerryProjectFlags *flags, FerryOptions *options);

/* The project: the document, then SOURCE and TARGET of args (as ferry_options_parse() left them: none with --project, or
 * both), then the flags. Both URLs are set. Refuses what contradicts itself or is not there yet. */
FerryProject *ferry_project_flags_make(const FerryProjectFlags *flags, const FerryCommand *command, char **args,
                                       GError **error);
