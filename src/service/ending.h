/*
 * How an attempt of an execution ends in the store: its state, its reports, and what was asked for too late to be heeded by the
 * attempt itself, which the end then heeds.
 */
#pragma once

#include "service/service.h"

typedef struct FerryEnding {
	const char *state, *outcome, *reject_file; /* borrowed; all but the state may be NULL */
	char *report, *html, *error;
	bool has_cleaned_up; /* or has tried to: that is not done again */
} FerryEnding;

void ferry_ending_clear(FerryEnding *ending);
/*
 * One try. A pause that a cancel came after ends as CANCELLED; what was asked to be cleaned up, and was not, is QUEUED for it,
 * unless it has COMPLETED. An execution that another process has taken over keeps its state. False: the store is away.
 */
bool ferry_ending_write(FerryService *service, const char *id, const FerryEnding *ending);
