/*
 * The bucket is kept as one number: the time at which all that was taken is paid for ("virtual scheduling").
 * Taking n moves it n / rate into the future, beginning at now or, where nothing was read for a while, a
 * tenth of a second before it: that is the bucket's depth, the burst that an idle source allows.
 */
#include "transfer/throttle.h"

#define BURST_US (G_USEC_PER_SEC / 10)

typedef struct Bucket {
	int64_t per_second; /* 0: no limit */
	double paid_us;     /* the time at which the debt is paid */
} Bucket;

struct FerryThrottle {
	GMutex mutex;
	Bucket rows, bytes;
};

FerryThrottle *ferry_throttle_new(int64_t rows, int64_t bytes)
{
	if (rows <= 0 && bytes <= 0)
		return NULL;
	FerryThrottle *throttle = g_new0(FerryThrottle, 1);
	g_mutex_init(&throttle->mutex);
	throttle->rows.per_second = MAX(rows, 0);
	throttle->bytes.per_second = MAX(bytes, 0);
	return throttle;
}

void ferry_throttle_free(FerryThrottle *throttle)
{
	if (!throttle)
		return;
	g_mutex_clear(&throttle->mutex);
	g_free(throttle);
}

static gint64 take(Bucket *bucket, int64_t amount, gint64 now)
{
	if (bucket->per_second == 0)
		return 0;
	double from = MAX(bucket->paid_us, (double)(now - BURST_US));
	bucket->paid_us = from + (double)amount * G_USEC_PER_SEC / (double)bucket->per_second;
	return MAX(0, (gint64)(bucket->paid_us - (double)now));
}

gint64 ferry_throttle_take(FerryThrottle *throttle, int64_t rows, int64_t bytes, gint64 now)
{
	g_mutex_lock(&throttle->mutex);
	gint64 for_rows = take(&throttle->rows, rows, now);
	gint64 for_bytes = take(&throttle->bytes, bytes, now);
	g_mutex_unlock(&throttle->mutex);
	return MAX(for_rows, for_bytes);
}
