/*
 * A service over a SQLite store in a folder of its own, which goes with it.
 */
#pragma once

#include "service/service.h"

typedef struct ServiceFixture {
	char *folder;
	FerryService *service;
} ServiceFixture;

void service_fixture_open(ServiceFixture *fixture, gconstpointer data);
void service_fixture_close(ServiceFixture *fixture, gconstpointer data);
/* As after a restart. */
void service_fixture_reopen(ServiceFixture *fixture);

/* The first column of the first row, as text ("" for NULL); newly allocated. */
char *service_fixture_ask(ServiceFixture *fixture, const char *sql);
void service_fixture_run(ServiceFixture *fixture, const char *sql);

/* An error that must be there, with that code, and is cleared. */
void service_assert_problem(GError **error, FerryProblem code);
