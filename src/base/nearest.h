/*
 * "Did you mean …?": the word of a list that a misspelt one most likely stands for.
 */
#pragma once

/* The candidate (NULL-ended list) that word most likely means, or NULL. Borrowed from the list. */
const char *ferry_nearest(const char *word, const char *const *candidates);
