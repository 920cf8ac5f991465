/* LD_PRELOAD shim: each fsync(2) and fdatasync(2) takes SLOW_SYNC_US microseconds longer, as on a slow disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_longer(void) {
  const char* text = getenv("SLOW_SYNC_US");
  const long us = text ? atol(text) : 0;
  const struct timespec delay = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&delay, NULL);
}

int fsync(int fd) {
  wait_longer();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  wait_longer();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
