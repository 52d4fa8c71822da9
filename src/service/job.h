/*
 * A job: one attempt of an execution, from its plan to its report. Runs on a worker's thread; what it is asked for comes from
 * another.
 */
#pragma once

#include "service/service.h"

typedef enum {
	FERRY_WISH_NONE,
	FERRY_WISH_PAUSE,    /* finish what is in flight, then PAUSED */
	FERRY_WISH_CANCEL,   /* roll back what is in flight, then CANCELLED */
	FERRY_WISH_CLEAN_UP, /* the same, and drop what was made */
	FERRY_WISH_LEAVE     /* the process ends: it stays RUNNING in the store */
} FerryWish;

typedef struct FerryJob FerryJob;

FerryJob *ferry_job_new(FerryService *service, const char *execution_id);
void ferry_job_free(FerryJob *job);
const char *ferry_job_get_id(const FerryJob *job);

/* Blocks until the execution has another state. */
void ferry_job_run(FerryJob *job);
/* From any thread, at any time; the strongest wish counts. */
void ferry_job_ask(FerryJob *job, FerryWish wish);
