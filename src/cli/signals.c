/*
 * Taking signals on a thread of their own; see signals.h.
 */
#include "cli/signals.h"

#include "report/exit_codes.h"
#include "cli/prompt.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct {
	GMutex mutex;
	FerryRun *run;
	FerryConnection *source, *target;
	void (*notify)(gpointer data);
	gpointer notify_data;
	gint n_signals;  /* atomic */
	bool is_awaited; /* somebody is in ferry_signals_wait() */
	GCond has_come;
} state;

static void say(const char *text)
{
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

	(void)ignored;
}

static void leave(void)
{
	ferry_prompt_restore();
	say("\nferry: interrupted");
	say(g_atomic_pointer_get(&state.run) ? "; the same command line resumes\n" : "\n");
	_exit(FERRY_EXIT_INTERRUPTED);
}

/* False: there is nothing that could be asked to stop. */
static bool stop_what_is_watched(void)
{
	bool has_any;

	g_mutex_lock(&state.mutex);
	has_any = state.run || state.source || state.target || state.is_awaited;
	g_cond_signal(&state.has_come);
	if (has_any && state.notify)
		state.notify(state.notify_data);
	if (state.run)
		ferry_run_cancel(state.run);
	else {
		if (state.source)
			state.source->connector->cancel(state.source);
		if (state.target)
			state.target->connector->cancel(state.target);
	}
	g_mutex_unlock(&state.mutex);
	return has_any;
}

static gpointer cancel_thread(gpointer data)
{
	if (!stop_what_is_watched())
		leave();
	return NULL;
}

static gpointer wait_thread(gpointer data)
{
	sigset_t *set = data;
	int signal_number;

	for (;;) {
		if (sigwait(set, &signal_number) != 0)
			continue;
		if (g_atomic_int_add(&state.n_signals, 1) > 0)
			leave();
		/* A cancel talks to servers and may take its time; the second signal must not wait for it. */
		g_thread_unref(g_thread_new("cancel", cancel_thread, NULL));
	}
	return NULL;
}

/* nohup ignores SIGHUP, and a shell SIGINT of what runs in the background: they mean it. A blocked signal
 * would be waited for all the same. */
static void add_unless_ignored(sigset_t *set, int signal_number)
{
	struct sigaction before;

	if (sigaction(signal_number, NULL, &before) != 0 || before.sa_handler != SIG_IGN)
		sigaddset(set, signal_number);
}

void ferry_signals_start(void)
{
	static sigset_t set;

	sigemptyset(&set);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	g_thread_unref(g_thread_new("signals", wait_thread, &set));
}

void ferry_signals_watch(FerryRun *run, FerryConnection *source, FerryConnection *target)
{
	g_mutex_lock(&state.mutex);
	g_atomic_pointer_set(&state.run, run);
	state.source = source;
	state.target = target;
	/* A signal that came while nothing could be stopped is not lost. */
	if (run && g_atomic_int_get(&state.n_signals) > 0)
		ferry_run_cancel(run);
	g_mutex_unlock(&state.mutex);
}

void ferry_signals_set_notify(void (*notify)(gpointer data), gpointer data)
{
	g_mutex_lock(&state.mutex);
	state.notify = notify;
	state.notify_data = data;
	g_mutex_unlock(&state.mutex);
}

bool ferry_signals_interrupted(void)
{
	return g_atomic_int_get(&state.n_signals) > 0;
}

void ferry_signals_wait(void)
{
	g_mutex_lock(&state.mutex);
	state.is_awaited = true;
	while (g_atomic_int_get(&state.n_signals) == 0)
		g_cond_wait(&state.has_come, &state.mutex);
	g_mutex_unlock(&state.mutex);
}
