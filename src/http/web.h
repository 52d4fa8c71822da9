/*
 * The web application: files built by web/ and held in the program as a GResource under /ferry/web. A program that was built
 * without it answers with a page that says so.
 */
#pragma once

#include "http/request.h"

/* A file of that path; index.html for paths that are none (the application has routes of its own). Files under /assets/ carry a
 * hash in their names and may be kept for ever. Always true. */
bool ferry_web_reply(const char *path, GHashTable *headers, FerryReply *reply);
