#define _GNU_SOURCE
#include "benchmark_support.h"
#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

void use_one_processor(int is_only_one) {
    static cpu_set_t all;
    if (CPU_COUNT(&all) == 0) sched_getaffinity(0, sizeof all, &all);
    cpu_set_t chosen = all;
    if (is_only_one) {
        CPU_ZERO(&chosen);
        int first = 0;
        while (!CPU_ISSET(first, &all)) first++;
        CPU_SET(first, &chosen);
    }
    DIR *threads = opendir("/proc/self/task");
    if (!threads) return;
    for (struct dirent *entry; (entry = readdir(threads));) {
        int thread = atoi(entry->d_name);
        if (thread > 0) sched_setaffinity(thread, sizeof chosen, &chosen);
    }
    closedir(threads);
}
