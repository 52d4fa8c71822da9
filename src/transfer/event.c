/* Names of the things events tell of. */
#include "transfer/event.h"

const char *ferry_stage_name(FerryStage stage)
{
	static const char *const names[FERRY_N_STAGES] = {
		[FERRY_STAGE_PREPARE] = "prepare", [FERRY_STAGE_COPY] = "copy",
		[FERRY_STAGE_BUILD] = "build",     [FERRY_STAGE_VERIFY] = "verify",
		[FERRY_STAGE_FINISH] = "finish",
	};
	return names[stage];
}
