// The clocks that the process reads, and its timers.

#include "control.h"

#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static _Atomic int timer_clock[DESCRIPTORS];

static int64_t real_time(clockid_t clock) {
  struct timespec now;
  syscall(SYS_clock_gettime, clock, &now);
  return now.tv_sec * NANO + now.tv_nsec;
}

static int64_t shown_time(clockid_t clock) {
  int64_t monotonic = real_time(CLOCK_MONOTONIC);
  int64_t since = control->scale_from;
  int64_t gained = since ? control->scale_shown + (monotonic - since) * control->clock_scale - monotonic : 0;
  bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  return real_time(clock) + gained + (is_wall ? control->clock_offset : 0);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID || clock < 0)
    return (int)syscall(SYS_clock_gettime, clock, time);
  int64_t now = shown_time(clock);
  time->tv_sec = now / NANO;
  time->tv_nsec = now % NANO;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  int64_t now = shown_time(CLOCK_REALTIME);
  time->tv_sec = now / NANO;
  time->tv_usec = now % NANO / 1000;
  return 0;
}

time_t time(time_t *result) {
  time_t now = shown_time(CLOCK_REALTIME) / NANO;
  if (result) *result = now;
  return now;
}

int timerfd_create(int clock, int flags) {
  int fd = (int)syscall(SYS_timerfd_create, clock, flags);
  if (fd >= 0 && fd < DESCRIPTORS) timer_clock[fd] = clock;
  return fd;
}

// A timer is told how long it has to wait in real time.
int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *old) {
  int64_t time = wanted->it_value.tv_sec * NANO + wanted->it_value.tv_nsec;
  if (time == 0 || fd >= DESCRIPTORS) return (int)syscall(SYS_timerfd_settime, fd, flags, wanted, old);
  int64_t wait = flags & TFD_TIMER_ABSTIME ? time - shown_time(timer_clock[fd]) : time;
  int64_t real = wait / control->clock_scale;
  if (real < 1) real = 1;
  struct itimerspec changed = *wanted;
  changed.it_value.tv_sec = real / NANO;
  changed.it_value.tv_nsec = real % NANO;
  return (int)syscall(SYS_timerfd_settime, fd, 0, &changed, old);
}
