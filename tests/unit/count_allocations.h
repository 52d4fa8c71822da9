/*
 * Counts calls of malloc, calloc and realloc in a test program, GLib's included, to prove that a steady run
 * allocates nothing. Include it in one file of the program. With a sanitizer, which brings its own allocator,
 * nothing is counted and the count stays 0.
 */
#pragma once

#include <stddef.h>

static size_t n_allocations;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FERRY_TEST_HAS_ASAN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define FERRY_TEST_HAS_ASAN
#endif

#if defined(__GLIBC__) && !defined(FERRY_TEST_HAS_ASAN)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *memory, size_t size);

void *malloc(size_t size)
{
	n_allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	n_allocations++;
	return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
	n_allocations++;
	return __libc_realloc(memory, size);
}
#endif
