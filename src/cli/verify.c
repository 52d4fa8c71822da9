/*
 * ferry verify SOURCE TARGET: compares rows on both sides, loads nothing.
 */
#include "cli/session_command.h"

typedef struct VerifyOptions {
	FerryOutputOptions output;
	gboolean repair, repair_delete;
	char *rejects; /* or NULL */
} VerifyOptions;

static void add_options(FerryOptions *options, gpointer own)
{
	VerifyOptions *o = own;
	const GOptionEntry repair[] = {
		{"repair", 0, 0, G_OPTION_ARG_NONE, &o->repair,
		 "Copy rows that are missing or different again, by key, and compare once more", NULL},
		{"repair-delete", 0, 0, G_OPTION_ARG_NONE, &o->repair_delete,
		 "The same, and remove rows that only the target has", NULL},
		{NULL},
	};

	const GOptionEntry rows[] = {
		{"rejects", 0, 0, G_OPTION_ARG_FILENAME, &o->rejects,
		 "Leave out the rows that this reject file names, by their key", "FILE"},
		{NULL},
	};

	ferry_options_add(options, "Rows:", rows);
	ferry_options_add(options, "Repair:", repair);
	ferry_options_add_output(options, &o->output);
}

static void prepare(FerrySession *s)
{
	s->is_verification = true;
	s->project->data_only = true; /* the target's tables are what they are */
	s->project->schema_only = false;
	if (s->project->verify == FERRY_VERIFY_NONE) /* what a copy leaves out is what is asked for here */
		s->project->verify = FERRY_VERIFY_FULL;
}

static bool verify(FerrySession *s, gpointer own)
{
	const VerifyOptions *o = own;

	s->known_rejects = o->rejects;
	s->repair = o->repair || o->repair_delete;
	s->repair_delete = o->repair_delete;
	return ferry_session_plan(s) && ferry_session_run(s);
}

static int run_verify(const FerryCommand *command, char **args)
{
	static const FerrySessionCommand what = {
		.flags = FERRY_FLAGS_VERIFY,
		.target = FERRY_TARGET_READ,
		.add_options = add_options,
		.prepare = prepare,
		.work = verify,
	};
	VerifyOptions o = {0};
	int code = ferry_session_command_run(&what, command, args, &o.output, &o);

	ferry_output_options_clear(&o.output);
	g_free(o.rejects);
	return code;
}

const FerryCommand ferry_verify_command = {
	.name = "verify",
	.arguments = "[SOURCE TARGET]",
	.summary = "Compare the rows of both sides, and name those that differ. Changes nothing but with "
		   "--repair",
	.description =
		"Exit codes: 0 the same, 6 differences were found; the others as in \"ferry help copy\".\n"
		"\n"
		"Examples:\n"
		"  ferry verify mysql://me@db1/shop postgresql://me@db2/shop\n"
		"  ferry verify sqlite:///app.db postgresql://me@db2/app --table orders --json\n"
		"  ferry verify --project shop.yaml",
	.run = run_verify,
};
