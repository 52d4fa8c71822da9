/*
 * Exit codes from errors and outcomes; see exit_codes.h.
 */
#include "report/exit_codes.h"

FerryExitCode ferry_exit_from_error(const GError *error, FerryPhase phase)
{
	static const FerryExitCode by_phase[] = {
		[FERRY_PHASE_CONNECT] = FERRY_EXIT_CONNECT,
		[FERRY_PHASE_PLAN] = FERRY_EXIT_SCHEMA,
		[FERRY_PHASE_LOAD] = FERRY_EXIT_LOAD,
	};

	if (!error)
		return FERRY_EXIT_OK;
	if (error->domain != FERRY_ERROR)
		return error->domain == G_OPTION_ERROR ? FERRY_EXIT_USAGE : by_phase[phase];
	switch ((FerryErrorCode)error->code) {
	case FERRY_ERROR_USAGE: return FERRY_EXIT_USAGE;
	case FERRY_ERROR_CANCELLED: return FERRY_EXIT_INTERRUPTED;
	case FERRY_ERROR_PERMISSION:
	case FERRY_ERROR_UNSUPPORTED:
	case FERRY_ERROR_AUTH: return FERRY_EXIT_CONNECT;
	case FERRY_ERROR_EXISTS: return phase == FERRY_PHASE_CONNECT ? FERRY_EXIT_CONNECT : FERRY_EXIT_SCHEMA;
	/* A server that goes away while rows move leaves a copy that can be resumed; before that nothing has
	 * begun. */
	case FERRY_ERROR_CONNECT:
	case FERRY_ERROR_LOST: return phase == FERRY_PHASE_LOAD ? FERRY_EXIT_LOAD : FERRY_EXIT_CONNECT;
	default: return by_phase[phase];
	}
}

FerryExitCode ferry_exit_from_outcome(FerryOutcome outcome)
{
	switch (outcome) {
	case FERRY_OUTCOME_VERIFIED: return FERRY_EXIT_OK;
	case FERRY_OUTCOME_REJECTED: return FERRY_EXIT_REJECTED;
	case FERRY_OUTCOME_DIFFERENT: return FERRY_EXIT_DIFFERENT;
	case FERRY_OUTCOME_OBJECTS: return FERRY_EXIT_SCHEMA;
	case FERRY_OUTCOME_FAILED: return FERRY_EXIT_LOAD;
	case FERRY_OUTCOME_CANCELLED: return FERRY_EXIT_INTERRUPTED;
	}
	return FERRY_EXIT_LOAD;
}

const char *ferry_exit_meaning(FerryExitCode code)
{
	switch (code) {
	case FERRY_EXIT_OK: return "done; a copy is loaded and verified";
	case FERRY_EXIT_USAGE: return "the command line is wrong";
	case FERRY_EXIT_CONNECT: return "cannot connect, or a privilege is missing";
	case FERRY_EXIT_SCHEMA:
		return "the schema could not be read or made completely, or the target is not empty";
	case FERRY_EXIT_LOAD: return "not all rows are in; the same command line resumes";
	case FERRY_EXIT_REJECTED: return "loaded, but rows were rejected";
	case FERRY_EXIT_DIFFERENT: return "verification found differences";
	case FERRY_EXIT_INTERRUPTED: return "interrupted; the same command line resumes";
	}
	return "unknown";
}

const char *ferry_outcome_name(FerryOutcome outcome)
{
	switch (outcome) {
	case FERRY_OUTCOME_VERIFIED: return "verified";
	case FERRY_OUTCOME_REJECTED: return "rejected";
	case FERRY_OUTCOME_DIFFERENT: return "different";
	case FERRY_OUTCOME_OBJECTS: return "objects";
	case FERRY_OUTCOME_FAILED: return "failed";
	case FERRY_OUTCOME_CANCELLED: return "cancelled";
	}
	return "failed";
}
