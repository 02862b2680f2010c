// The disk that holds the process's state: full, failing, slow, or forgetful.

#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_bool is_state[DESCRIPTORS];

static bool holds_state(const char *path) {
  const char *state = getenv("FAULTS_STATE");
  return state && strncmp(path, state, strlen(state)) == 0 && path[strlen(state)] == '/';
}

static int note_open(int fd, const char *path) {
  if (fd >= 0 && fd < DESCRIPTORS) is_state[fd] = holds_state(path);
  return fd;
}

static bool on_disk(int fd) { return fd >= 0 && fd < DESCRIPTORS && is_state[fd]; }

static int64_t length_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_size : 0;
}

// Takes bytes of the disk, or gives them back.
static bool take(int64_t bytes) {
  int64_t left = control->space;
  do {
    if (left < 0) return true;
    if (bytes > left) {
      control->space_refusals++;
      errno = ENOSPC;
      return false;
    }
  } while (!atomic_compare_exchange_weak(&control->space, &left, left - bytes));
  return true;
}

// Counts down to the one call that fails.
static bool fails(_Atomic int64_t *counter) {
  int64_t left = *counter;
  while (left > 0)
    if (atomic_compare_exchange_weak(counter, &left, left - 1)) {
      if (left > 1) return false;
      errno = EIO;
      return true;
    }
  return false;
}

static bool may_write(int fd, int64_t end) {
  if (!on_disk(fd)) return true;
  if (fails(&control->write_failure)) return false;
  int64_t growth = end - length_of(fd);
  return growth <= 0 || take(growth);
}

// Counts what a loss of power would take.
static ssize_t noted(int fd, ssize_t written) {
  if (written > 0 && on_disk(fd)) control->unsynced += written;
  return written;
}

static int open_mode(const char *path, int flags, mode_t mode) {
  return note_open((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), path);
}

int open(const char *path, int flags, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, flags);
  mode_t mode = __builtin_va_arg(list, mode_t);
  __builtin_va_end(list);
  return open_mode(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, flags);
  mode_t mode = __builtin_va_arg(list, mode_t);
  __builtin_va_end(list);
  return open_mode(path, flags, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < DESCRIPTORS) is_state[fd] = false;
  return (int)syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (on_disk(fd) && !may_write(fd, lseek(fd, 0, SEEK_CUR) + (int64_t)count)) return -1;
  return noted(fd, syscall(SYS_write, fd, bytes, count));
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  if (!may_write(fd, offset + (int64_t)count)) return -1;
  return noted(fd, syscall(SYS_pwrite64, fd, bytes, count, offset));
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return pwrite64(fd, bytes, count, offset); }

int ftruncate64(int fd, off64_t length) {
  if (on_disk(fd) && !take(length - length_of(fd))) return -1;
  return (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int posix_fallocate(int fd, off_t offset, off_t length) {
  int64_t growth = offset + length - length_of(fd);
  if (on_disk(fd) && growth > 0 && !take(growth)) return ENOSPC;
  return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
}

int unlink(const char *path) {
  struct stat status;
  bool frees = holds_state(path) && stat(path, &status) == 0;
  int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (result == 0 && frees) take(-status.st_size);
  return result;
}

// Keeps what a loss of power would leave.
static void keep_copy(int fd) {
  static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
  const char *synced = getenv("FAULTS_SYNCED");
  char link[64], path[PATH_MAX], copy[PATH_MAX], draft[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (!synced || length < 0) return;
  path[length] = 0;
  snprintf(copy, sizeof copy, "%s/%s", synced, strrchr(path, '/') + 1);
  snprintf(draft, sizeof draft, "%s/draft", synced);
  pthread_mutex_lock(&turn);
  int source = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  int target = (int)syscall(SYS_openat, AT_FDCWD, draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  while (source >= 0 && target >= 0 && sendfile(target, source, NULL, 1 << 30) > 0) {}
  // In one step: a kill in the middle must not cost what was synced before.
  if (source >= 0 && target >= 0) rename(draft, copy);
  if (source >= 0) syscall(SYS_close, source);
  if (target >= 0) syscall(SYS_close, target);
  pthread_mutex_unlock(&turn);
}

static int sync_with(long call, int fd) {
  if (!on_disk(fd)) return (int)syscall(call, fd);
  if (fails(&control->sync_failure)) return -1;
  struct timespec delay = {control->sync_delay / NANO, control->sync_delay % NANO};
  syscall(SYS_nanosleep, &delay, NULL);
  int64_t written = control->unsynced;
  if (syscall(call, fd) != 0) return -1;
  control->unsynced -= written;
  control->syncs++;
  struct stat status;
  if (control->keeps_synced && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) keep_copy(fd);
  return 0;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }
