/*
 * Lanes: both threads of one, from beginning to end. What the reader does stands in lane_read.c, what the
 * writer does in lane_write.c and lane_rows.c.
 */
#include "transfer/lane.h"

#include "transfer/give_up.h"
#include "transfer/lane_internal.h"

#define RING_SLOTS 4

void ferry_lane_put_back(FerryRun *run, FerryChunk *chunk)
{
	g_mutex_lock(&run->mutex);
	if (ferry_is_given_up(&run->tables[chunk->ledger.table]))
		run->n_chunks_left--;
	else
		g_queue_push_head(&run->chunks, chunk);
	g_cond_broadcast(&run->chunks_changed);
	g_mutex_unlock(&run->mutex);
}

void ferry_lane_work(FerryRun *run, guint index)
{
	FerryLane lane = {.run = run,
			  .index = index,
			  .watch = &run->watches[index],
			  .source = run->sources[index],
			  .target = run->targets[index],
			  .ring = ferry_ring_new(RING_SLOTS),
			  .rejects = {.text = g_string_new(NULL)}};
	g_autofree char *name = g_strdup_printf("ferry-read-%u", index);

	lane.isolation = (FerryIsolation){.writer = &lane.writer,
					  .reopen = ferry_lane_reopen_writer,
					  .refuse = ferry_lane_refuse_row,
					  .data = &lane};
	GThread *reader = g_thread_new(name, ferry_lane_read, &lane);

	ferry_lane_write(&lane);
	ferry_ring_stop(lane.ring);
	g_thread_join(reader);
	ferry_ring_free(lane.ring);
	ferry_reject_lines_free(&lane.rejects);
	ferry_bad_values_clear(&lane.bad_values);
}
