/*
 * Progress on stderr; see progress.h. A frame goes out as one write(): cursor up to where the last frame
 * began, messages, the new lines, each cleared only behind its own text, then everything below: no blank
 * moment, so nothing flickers. The terminal's width is asked for at every frame, which makes SIGWINCH
 * unnecessary; a terminal that has become narrower has wrapped the old frame's lines, which is reckoned with
 * when going up.
 */
#include "cli/progress.h"

#include "cli/frame.h"
#include "report/human.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FRAME_US    (G_USEC_PER_SEC / 10)
#define LINES_US    (10 * G_USEC_PER_SEC)
#define MAX_TABLES  8
#define MANY_ROWS   100000
#define MANY_TABLES 100 /* then a line for each would hide what matters */
#define LONG_US     (10 * G_USEC_PER_SEC)

const char *const ferry_log_level_words[] = {"error", "warning", "info", "debug", NULL};

struct FerryProgress {
	/* set once */
	FerryProgressMode mode;
	int fd;
	bool is_utf8, has_color;

	/* under the mutex */
	GMutex mutex;
	GCond stop_cond;
	bool is_stopping;
	FerryLogLevel level;
	FerryMeter meter;
	GString *messages; /* lines that wait for the thread, each with its newline */

	/* the thread's (and after its end the owner's) */
	GThread *thread;
	GMutex terminal_mutex; /* held while it is written to; taken before the other one */
	GArray *drawn;         /* size_t: the widths of the lines on the screen */
	gint64 next_line_us;
};

FerryProgressMode ferry_progress_detect_mode(void)
{
	const char *term = g_getenv("TERM");

	if (!isatty(STDERR_FILENO) || !term || !*term || strcmp(term, "dumb") == 0)
		return FERRY_PROGRESS_LINES;
	return FERRY_PROGRESS_BARS;
}

/* ---- writing ---- */

static void write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nobody to tell */
		text += n;
		len -= (size_t)n;
	}
}

static void ask_size(int fd, size_t *ret_width, size_t *ret_height)
{
	struct winsize size = {0};

	*ret_width = 80;
	*ret_height = 24;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		*ret_width = size.ws_col;
		*ret_height = size.ws_row;
	}
}

/* To the first column of the first line of the last frame. */
static void append_return(GString *out, const GArray *drawn, size_t width)
{
	size_t rows = 0;

	for (guint i = 0; i < drawn->len; i++) {
		size_t columns = g_array_index(drawn, size_t, i);
		rows += columns == 0 ? 1 : (columns + width - 1) / width;
	}
	g_string_append_c(out, '\r');
	if (rows > 1)
		g_string_append_printf(out, "\033[%" G_GSIZE_FORMAT "A", rows - 1);
}

/* Columns of a line that may hold colours. */
static size_t visible_width(const char *line)
{
	g_autoptr(GString) text = g_string_new(NULL);

	while (*line) {
		if (*line == '\033') {
			while (*line && *line != 'm')
				line++;
			line += *line == 'm';
			continue;
		}
		g_string_append_c(text, *line++);
	}
	return ferry_human_width(text->str);
}

static void append_messages(GString *out, char **messages)
{
	for (; *messages; messages++)
		if (**messages)
			g_string_append_printf(out, "%s\033[K\n", *messages);
}

static void append_frame(GString *out, const GPtrArray *lines, GArray *drawn)
{
	g_array_set_size(drawn, 0);
	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		size_t width = visible_width(line);
		g_array_append_val(drawn, width);
		g_string_append_printf(out, "%s%s\033[K", i ? "\n" : "", line);
	}
	g_string_append(out, "\033[J");
}

/* ---- the thread ---- */

static void draw_bars(FerryProgress *p, bool is_last)
{
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *messages = NULL;
	size_t width, height;

	ask_size(p->fd, &width, &height);
	/* Two columns are left for the "^C" that a terminal shows at the cursor: a wrapped line would upset
	 * the frame. */
	FerryFrameStyle style = {
		.width = width > 2 ? width - 2 : 1, .is_utf8 = p->is_utf8, .has_color = p->has_color};
	style.max_tables = MIN(MAX_TABLES, height > 3 ? height - 3 : 0);

	g_mutex_lock(&p->mutex);
	gint64 now = g_get_monotonic_time();
	ferry_meter_tick(&p->meter, now);
	lines = is_last ? g_ptr_array_new() : ferry_frame_render(&p->meter, &style, now);
	messages = g_strndup(p->messages->str, p->messages->len);
	g_string_truncate(p->messages, 0);
	g_mutex_unlock(&p->mutex);

	g_auto(GStrv) split = g_strsplit(messages, "\n", -1);
	if (is_last && p->drawn->len == 0 && !*messages)
		return;
	append_return(out, p->drawn, width);
	append_messages(out, split);
	append_frame(out, lines, p->drawn);
	write_all(p->fd, out->str, out->len);
}

static void append_elapsed(FerryProgress *p, GString *out)
{
	g_autofree char *clock =
		ferry_human_clock((double)((g_get_monotonic_time() - p->meter.start_us) / G_USEC_PER_SEC));

	g_string_append_printf(out, "%7s  ", clock);
}

static void append_table_line(FerryProgress *p, GString *out, const FerryMeterTable *t)
{
	bool verifies = t->state == FERRY_METER_VERIFYING;
	double eta = ferry_meter_table_eta(&p->meter, t);
	g_autofree char *name = ferry_human_clean(t->name, p->is_utf8);
	g_autofree char *percent = ferry_frame_percent(ferry_meter_table_fraction(&p->meter, t));
	g_autofree char *rows = ferry_human_count(verifies ? t->verify_rows : t->rows);
	g_autofree char *rate = ferry_human_count((int64_t)t->row_rate.per_second);
	g_autofree char *bytes = ferry_human_bytes(t->byte_rate.per_second);
	g_autofree char *clock = ferry_human_clock(eta);

	append_elapsed(p, out);
	g_string_append_printf(out, "%s: %s: %s rows", verifies ? "verify" : "copy", name, rows);
	if (*percent)
		g_string_append_printf(out, ", %s", percent);
	if (t->row_rate.is_warm)
		g_string_append_printf(out, ", %s rows/s", rate);
	if (t->byte_rate.is_warm && !verifies)
		g_string_append_printf(out, ", %s/s", bytes);
	if (eta >= 0)
		g_string_append_printf(out, ", ETA %s", clock);
	g_string_append_c(out, '\n');
}

/* Call with the mutex held. */
static bool tells_each_table(const FerryProgress *p)
{
	return p->meter.n_tables <= MANY_TABLES || p->level == FERRY_LOG_LEVEL_DEBUG;
}

/* Of many tables those that are not done in a moment. */
static bool is_told(const FerryProgress *p, const FerryMeterTable *t, gint64 now)
{
	return ferry_meter_is_active(&p->meter, t) &&
	       (tells_each_table(p) || (t->started_us && now - t->started_us >= LONG_US &&
					(t->rows >= MANY_ROWS || t->state == FERRY_METER_COPYING)));
}

/* All tables in one line. */
static void append_sum_line(FerryProgress *p, GString *out)
{
	FerryMeterSum sum = ferry_meter_sum(&p->meter);
	bool verifies = p->meter.stage == FERRY_STAGE_VERIFY;
	g_autofree char *n_done = ferry_human_count(verifies ? sum.n_verified : sum.n_loaded);
	g_autofree char *n_tables = ferry_human_count(p->meter.n_tables);
	g_autofree char *rows = ferry_human_count(verifies ? sum.verify_rows : sum.rows);
	g_autofree char *percent = ferry_frame_percent(ferry_meter_fraction(&p->meter));

	append_elapsed(p, out);
	g_string_append_printf(out, "%s: %s of %s tables, %s rows%s%s\n", verifies ? "verify" : "copy",
			       n_done, n_tables, rows, *percent ? ", " : "", percent);
}

static void append_build_line(FerryProgress *p, GString *out)
{
	g_autofree char *n = ferry_human_count(p->meter.n_objects);
	g_autofree char *expected = ferry_human_count(p->meter.n_objects_expected);

	append_elapsed(p, out);
	g_string_append_printf(out, "build: %s of %s keys, indexes and constraints\n", n, expected);
}

/* What is going on, of all tables and of those that take long. */
static void append_state(FerryProgress *p, GString *out, gint64 now)
{
	bool has_rows = p->meter.stage == FERRY_STAGE_COPY || p->meter.stage == FERRY_STAGE_VERIFY;
	guint shown = 0;

	if (!tells_each_table(p) && has_rows)
		append_sum_line(p, out);
	if (!tells_each_table(p) && p->meter.stage == FERRY_STAGE_BUILD && p->meter.n_objects_expected)
		append_build_line(p, out);
	for (guint i = 0; i < p->meter.n_tables && shown < MAX_TABLES; i++) {
		if (!is_told(p, &p->meter.tables[i], now))
			continue;
		append_table_line(p, out, &p->meter.tables[i]);
		shown++;
	}
}

static void print_lines(FerryProgress *p)
{
	g_autofree char *messages = NULL;

	g_mutex_lock(&p->mutex);
	gint64 now = g_get_monotonic_time();
	ferry_meter_tick(&p->meter, now);
	if (now >= p->next_line_us && p->level >= FERRY_LOG_LEVEL_INFO) {
		append_state(p, p->messages, now);
		p->next_line_us = now + LINES_US;
	}
	messages = g_strndup(p->messages->str, p->messages->len);
	g_string_truncate(p->messages, 0);
	g_mutex_unlock(&p->mutex);
	write_all(p->fd, messages, strlen(messages));
}

static void draw_locked(FerryProgress *p, bool is_last)
{
	if (p->mode == FERRY_PROGRESS_BARS)
		draw_bars(p, is_last);
	else if (p->mode == FERRY_PROGRESS_LINES)
		print_lines(p);
}

static void draw(FerryProgress *p, bool is_last)
{
	g_mutex_lock(&p->terminal_mutex);
	draw_locked(p, is_last);
	g_mutex_unlock(&p->terminal_mutex);
}

void ferry_progress_pause(FerryProgress *p)
{
	if (!p)
		return;
	g_mutex_lock(&p->terminal_mutex);
	draw_locked(p, true);
}

void ferry_progress_resume(FerryProgress *p)
{
	if (p)
		g_mutex_unlock(&p->terminal_mutex);
}

static gpointer draw_thread(gpointer data)
{
	FerryProgress *p = data;

	g_mutex_lock(&p->mutex);
	while (!p->is_stopping) {
		gint64 until = g_get_monotonic_time() + FRAME_US;
		while (!p->is_stopping && g_cond_wait_until(&p->stop_cond, &p->mutex, until))
			;
		if (p->is_stopping)
			break;
		g_mutex_unlock(&p->mutex);
		draw(p, false);
		g_mutex_lock(&p->mutex);
	}
	g_mutex_unlock(&p->mutex);
	return NULL;
}

/* ---- life ---- */

FerryProgress *ferry_progress_new(FerryProgressMode mode, int fd)
{
	FerryProgress *p = g_new0(FerryProgress, 1);
	const char *no_color = g_getenv("NO_COLOR");

	p->mode = mode;
	p->fd = fd;
	p->level = FERRY_LOG_LEVEL_INFO;
	p->is_utf8 = g_get_charset(NULL);
	p->has_color = mode == FERRY_PROGRESS_BARS && !(no_color && *no_color);
	g_mutex_init(&p->mutex);
	g_mutex_init(&p->terminal_mutex);
	g_cond_init(&p->stop_cond);
	ferry_meter_init(&p->meter, g_get_monotonic_time());
	p->messages = g_string_new(NULL);
	p->drawn = g_array_new(FALSE, FALSE, sizeof(size_t));
	p->next_line_us = g_get_monotonic_time() + LINES_US;
	if (mode != FERRY_PROGRESS_QUIET)
		p->thread = g_thread_new("progress", draw_thread, p);
	return p;
}

void ferry_progress_set_level(FerryProgress *p, FerryLogLevel level)
{
	g_mutex_lock(&p->mutex);
	p->level = level;
	g_mutex_unlock(&p->mutex);
}

void ferry_progress_stop(FerryProgress *p)
{
	if (!p->thread)
		return;
	g_mutex_lock(&p->mutex);
	p->is_stopping = true;
	g_cond_signal(&p->stop_cond);
	g_mutex_unlock(&p->mutex);
	g_thread_join(g_steal_pointer(&p->thread));
	p->next_line_us = G_MAXINT64;
	draw(p, true);
}

void ferry_progress_free(FerryProgress *p)
{
	if (!p)
		return;
	ferry_progress_stop(p);
	ferry_meter_clear(&p->meter);
	g_string_free(p->messages, TRUE);
	g_array_unref(p->drawn);
	g_mutex_clear(&p->mutex);
	g_mutex_clear(&p->terminal_mutex);
	g_cond_clear(&p->stop_cond);
	g_free(p);
}

int ferry_progress_stage(FerryProgress *p)
{
	g_mutex_lock(&p->mutex);
	int stage = p->meter.stage;
	g_mutex_unlock(&p->mutex);
	return stage;
}

/* ---- what comes in ---- */

/* Call with the mutex held. */
static void add_message(FerryProgress *p, FerrySeverity severity, const char *text)
{
	static const char *const words[FERRY_N_SEVERITIES] = {"", "warning: ", "loss: "};
	g_autofree char *clean = ferry_human_clean(text, p->is_utf8);
	bool in_color = p->has_color && severity != FERRY_SEVERITY_INFO;

	if (p->mode == FERRY_PROGRESS_QUIET ||
	    p->level < (severity == FERRY_SEVERITY_INFO ? FERRY_LOG_LEVEL_INFO : FERRY_LOG_LEVEL_WARNING))
		return;
	if (p->mode == FERRY_PROGRESS_LINES)
		append_elapsed(p, p->messages);
	g_string_append_printf(p->messages, "%s%s%s%s\n", in_color ? "\033[33m" : "", words[severity],
			       in_color ? "\033[0m" : "", clean);
}

void ferry_progress_say(FerryProgress *p, FerrySeverity severity, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&p->mutex);
	add_message(p, severity, text);
	g_mutex_unlock(&p->mutex);
}

void ferry_progress_activity(FerryProgress *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&p->mutex);
	ferry_meter_set_activity(&p->meter, text);
	g_mutex_unlock(&p->mutex);
}

void ferry_progress_set_plan(FerryProgress *p, const FerryPlan *plan, guint n_objects)
{
	guint n = plan->tables->len;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree int64_t *totals = g_new0(int64_t, n + 1);

	for (guint i = 0; i < n; i++) {
		const FerryTablePlan *table = g_ptr_array_index(plan->tables, i);
		g_ptr_array_add(names, g_strdup(table->name));
		totals[i] = table->source->est_rows;
	}
	g_mutex_lock(&p->mutex);
	ferry_meter_set_tables(&p->meter, n, (const char *const *)names->pdata, totals);
	p->meter.n_objects_expected = n_objects;
	g_mutex_unlock(&p->mutex);
}

/* What went wrong is said in every mode; about objects that could not be made the engine logs itself. NULL:
 * nothing did. */
static char *warning_text(const FerryEvent *event, const FerryMeterTable *t)
{
	if (event->type == FERRY_EVENT_TABLE_VERIFIED && t && event->differences > 0)
		return g_strdup_printf("verify: %s: %" G_GINT64_FORMAT " differences", t->name,
				       event->differences);
	return NULL;
}

static char *start_text(const FerryMeterTable *t)
{
	g_autofree char *before = ferry_human_count(t->rows_before);
	g_autofree char *total = ferry_human_count(t->total);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "copy: %s: begins", t->name);
	if (t->total >= 0)
		g_string_append_printf(text, ", about %s rows", total);
	if (t->rows_before > 0)
		g_string_append_printf(text, ", %s in already", before);
	return g_string_free(text, FALSE);
}

/* What only plain lines say; the bars show it by themselves. NULL: nothing. */
static char *line_text(const FerryEvent *event, const FerryMeterTable *t, gint64 now)
{
	if (event->type == FERRY_EVENT_STAGE)
		return g_strdup_printf("stage: %s", ferry_stage_name(event->stage));
	if (!t)
		return NULL;
	if (event->type == FERRY_EVENT_TABLE_START)
		return start_text(t);
	if (event->type == FERRY_EVENT_TABLE_LOADED) {
		g_autofree char *rows = ferry_human_count(t->rows);
		g_autofree char *time = ferry_human_duration((double)(now - t->started_us) / G_USEC_PER_SEC);
		return g_strdup_printf("copy: %s: %s rows in %s", t->name, rows, time);
	}
	if (event->type == FERRY_EVENT_TABLE_VERIFIED)
		return g_strdup_printf("verify: %s: same on both sides", t->name);
	return NULL;
}

/* Call with the mutex held. */
static void tell_event(FerryProgress *p, const FerryEvent *event, gint64 now)
{
	const FerryMeterTable *t = NULL;

	if (event->table >= 0 && (guint)event->table < p->meter.n_tables)
		t = &p->meter.tables[event->table];
	if (event->type == FERRY_EVENT_LOG && event->text) {
		add_message(p, event->severity, event->text);
		return;
	}
	g_autofree char *warning = warning_text(event, t);
	if (warning) {
		add_message(p, FERRY_SEVERITY_WARNING, warning);
		return;
	}
	/* Of many tables only those are worth a line that took long. */
	bool is_worth_it = !t || tells_each_table(p) ||
			   (event->type == FERRY_EVENT_TABLE_LOADED && now - t->started_us >= LONG_US);
	bool has_lines = p->mode == FERRY_PROGRESS_LINES || p->level == FERRY_LOG_LEVEL_DEBUG;
	g_autofree char *line = has_lines && is_worth_it ? line_text(event, t, now) : NULL;
	if (line)
		add_message(p, FERRY_SEVERITY_INFO, line);
}

/* Call with the mutex held. */
static void tell_rollback(FerryProgress *p, const FerryEvent *event)
{
	bool is_known = event->table >= 0 && (guint)event->table < p->meter.n_tables;

	if (p->level < FERRY_LOG_LEVEL_DEBUG || !is_known)
		return;
	g_autofree char *rows = ferry_human_count(event->rows);
	g_autofree char *line = g_strdup_printf("copy: %s: a chunk was rolled back, %s rows",
						p->meter.tables[event->table].name, rows);
	add_message(p, FERRY_SEVERITY_INFO, line);
}

void ferry_progress_event(const FerryEvent *event, gpointer data)
{
	FerryProgress *p = data;
	gint64 now = g_get_monotonic_time();

	g_mutex_lock(&p->mutex);
	ferry_meter_event(&p->meter, event, now);
	switch (event->type) {
	case FERRY_EVENT_PROGRESS:
	case FERRY_EVENT_VERIFY_PROGRESS: break; /* often: nothing to say */
	case FERRY_EVENT_ROLLBACK: tell_rollback(p, event); break;
	default:
		if (p->mode != FERRY_PROGRESS_QUIET)
			tell_event(p, event, now);
	}
	g_mutex_unlock(&p->mutex);
}
