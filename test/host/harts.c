/* SPDX-License-Identifier: BSD-2-Clause */
#include "harts.h"

#include <pthread.h>
#include <stdlib.h>

#include <arch/percpu.h>

#include "../../mm/hart_pages.h"

__thread struct hart host_hart;
__thread unsigned int host_hart_node;
unsigned int hart_count = 1;

/*
 * Areas outlive their threads, as a hart's does: what a thread has counted is still read. So
 * threads are started once, and wait for work.
 */
static struct hart *areas[HOST_HARTS_MAX];
static pthread_barrier_t begin, end;
static unsigned int threads;

static struct {
	void (*fn)(unsigned int index, void *argument);
	void *argument;
	unsigned int count;
} work;

struct hart *hart_at(unsigned int index)
{
	return index ? areas[index] : areas[0] ? areas[0] : &host_hart;
}

static void *wait_for_work(void *argument)
{
	unsigned int index = (unsigned int)(unsigned long)argument;

	host_hart.index = index;
	areas[index] = &host_hart;
	for (;;) {
		pthread_barrier_wait(&begin);
		if (index < work.count)
			work.fn(index, work.argument);
		pthread_barrier_wait(&end);
	}
	return NULL;
}

static void start(void)
{
	pthread_barrier_init(&begin, NULL, HOST_HARTS_MAX);
	pthread_barrier_init(&end, NULL, HOST_HARTS_MAX);
	areas[0] = &host_hart;
	for (threads = 1; threads < HOST_HARTS_MAX; threads++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, wait_for_work, (void *)(unsigned long)threads))
			abort();
		pthread_detach(thread);
	}
	/* Every area is known once all have been here. */
	work.count = 0;
	pthread_barrier_wait(&begin);
	pthread_barrier_wait(&end);
	hart_count = HOST_HARTS_MAX;
}

void harts_run(unsigned int count, void (*fn)(unsigned int index, void *argument), void *argument)
{
	if (!threads)
		start();
	work.fn = fn;
	work.argument = argument;
	work.count = count;
	pthread_barrier_wait(&begin);
	fn(0, argument);
	pthread_barrier_wait(&end);
}

void harts_forget_pages(void)
{
	static struct claim fresh;
	static bool known;

	if (!known)
		fresh = hart_claims[0];
	known = true;
	for (unsigned int index = 0; index < hart_count; index++) {
		struct hart *hart = hart_at(index);

		*percpu_of(span_size, hart) = 0;
		*percpu_of(span_freed, hart) = 0;
		*percpu_of(span_zone, hart) = 0;
		for (unsigned int type = 0; type < ZONE_TYPES; type++)
			*percpu_of(hart_claims[type], hart) = fresh;
	}
}
