/*
 * What the files of a job share.
 */
#pragma once

#include "service/job.h"
#include "service/live.h"
#include "service/workspace.h"
#include "transfer/run.h"

struct FerryJob {
	FerryService *service;
	char *id;
	GMutex lock;
	GCond wished; /* the wish has changed */
	FerryWish wish;
	FerryRun *run; /* while it is at work */

	/* the worker's */
	char *document, *source_id, *target_id, *reject_file;
	bool is_dry_run, restarts, has_cleaned_up;
	FerryWorkspace *workspace;
	FerryLive *live;
	GDateTime *started;
};

FerryWish ferry_job_get_wish(FerryJob *job);

/* Opens both ends and plans (job->workspace), again where a connection is lost meanwhile. A wish ends the wait before that with
 * FERRY_ERROR_CANCELLED; of one that cleans up, only FERRY_WISH_LEAVE does. */
bool ferry_job_make_plan(FerryJob *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
