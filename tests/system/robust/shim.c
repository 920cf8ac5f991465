/* Faults of the host, laid under a daemon by LD_PRELOAD: a wall clock that jumps and a disk that is slow or full.
 * It makes a system call that no daemon makes, too. What is wrong stands in the file that $SHIM names, which the test writes while the daemon runs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct faults {
  int64_t clock_seconds; /* added to the wall clock */
  int64_t sync_seconds;  /* that a sync takes */
  int64_t sync_error;    /* errno of a sync; 0: none */
  int64_t forbidden;     /* number of a system call that is made when the clock is read; 0: none */
};

static const struct faults none;
static volatile const struct faults* now = &none;

__attribute__((constructor)) static void open_faults(void) {
  const char* path = getenv("SHIM");
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* at = mmap(0, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
  if (at != MAP_FAILED) now = at;
  close(fd);
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  static int64_t made; /* once: whoever answers the call reads the clock for its line in the log */
  int64_t call = now->forbidden;
  if (call != made) {
    made = call;
    syscall(call, 0, 0, 0, 0);
  }
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += now->clock_seconds;
  return result;
}

int gettimeofday(struct timeval* time, void* zone) {
  struct timespec exact;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &exact);
  time->tv_sec = exact.tv_sec;
  time->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* out) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (out) *out = exact.tv_sec;
  return exact.tv_sec;
}

static int sync_with(long call, int fd) {
  if (now->sync_seconds) sleep((unsigned)now->sync_seconds);
  if (now->sync_error) {
    errno = (int)now->sync_error;
    return -1;
  }
  return (int)syscall(call, fd);
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }
