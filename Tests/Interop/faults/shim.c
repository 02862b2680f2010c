// Faults of clock, disk, network and resolver for one process, by LD_PRELOAD. What goes wrong is said in a file that
// the process shares with whoever tests it (FAULTS_CONTROL, `struct control`), and may change at any time.
//
//   FAULTS_STATE   the directory whose files are on the disk that fails
//   FAULTS_SYNCED  where a copy of each of them is kept as of its last sync, while `keeps_synced` is set
//   FAULTS_HOSTS   what names resolve to: lines "name milliseconds answer…", an answer being an address, NXDOMAIN or
//                  SERVFAIL; the nth look-up of a name has its nth line, or its last
//   FAULTS_DIALED  gets a line "address port" for each connection that is begun; none leaves the machine

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NANO 1000000000LL
#define DESCRIPTORS 65536

struct control {
  _Atomic int64_t clock_offset;         // nanoseconds by which the wall clock is wrong
  _Atomic int64_t clock_scale;          // how much faster all clocks go
  _Atomic int64_t scale_from;           // the real monotonic time since when they do, in nanoseconds
  _Atomic int64_t scale_shown;          // what the monotonic clock showed then
  _Atomic int64_t space;                // bytes left on the disk; negative: no end of them
  _Atomic int64_t space_refusals;       // writes that were refused for want of space
  _Atomic int64_t sync_failure;         // n: the nth sync from now on fails; 0: none
  _Atomic int64_t write_failure;        // the same of writes
  _Atomic int64_t keeps_synced;
};

static struct control none = {.clock_scale = 1, .space = -1};
static struct control *control = &none;
static const char *state, *synced, *hosts, *dialed;
static atomic_bool is_state[DESCRIPTORS];
static _Atomic int timer_clock[DESCRIPTORS];

// Runs after what the libraries do at exit, so that threads which still use them have the time to crash.
static void linger(void) { usleep(100000); }

__attribute__((constructor)) static void begin(void) {
  atexit(linger);
  state = getenv("FAULTS_STATE");
  synced = getenv("FAULTS_SYNCED");
  hosts = getenv("FAULTS_HOSTS");
  dialed = getenv("FAULTS_DIALED");
  const char *path = getenv("FAULTS_CONTROL");
  if (!path) return;
  int file = open(path, O_RDWR | O_CLOEXEC);
  void *shared = file < 0 ? MAP_FAILED
                          : mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) {
    perror("faults: FAULTS_CONTROL");
    _exit(127);
  }
  close(file);
  control = shared;
}

// MARK: Clocks

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

// MARK: Disk

static bool holds_state(const char *path) {
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
  return syscall(SYS_write, fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  if (!may_write(fd, offset + (int64_t)count)) return -1;
  return syscall(SYS_pwrite64, fd, bytes, count, offset);
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
  char link[64], path[PATH_MAX], copy[PATH_MAX], draft[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
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
  int result = (int)syscall(call, fd);
  struct stat status;
  if (result == 0 && control->keeps_synced && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) keep_copy(fd);
  return result;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

// MARK: Network

static void note_dial(const char *address, int port) {
  if (!dialed) return;
  char line[128];
  int length = snprintf(line, sizeof line, "%s %d\n", address, port);
  int file = (int)syscall(SYS_openat, AT_FDCWD, dialed, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  syscall(SYS_write, file, line, length);
  syscall(SYS_close, file);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  char text[INET6_ADDRSTRLEN] = "";
  bool is_loopback = true;
  if (address->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    is_loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    note_dial(inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text), ntohs(v4->sin_port));
  } else if (address->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    is_loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    note_dial(inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text), ntohs(v6->sin6_port));
  }
  if (!is_loopback) {
    errno = ENETUNREACH;
    return -1;
  }
  return (int)syscall(SYS_connect, fd, address, length);
}

// MARK: Resolver

static struct addrinfo *address_info(const char *text) {
  // In one piece, as freeaddrinfo expects it.
  struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_storage));
  if (!info) abort();
  info->ai_addr = (struct sockaddr *)(info + 1);
  info->ai_socktype = SOCK_STREAM;
  struct sockaddr_in *v4 = (struct sockaddr_in *)info->ai_addr;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)info->ai_addr;
  if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
    info->ai_family = v4->sin_family = AF_INET;
    info->ai_addrlen = sizeof *v4;
  } else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
    info->ai_family = v6->sin6_family = AF_INET6;
    info->ai_addrlen = sizeof *v6;
  } else {
    fprintf(stderr, "faults: FAULTS_HOSTS: '%s' is no address\n", text);
    abort();
  }
  return info;
}

// Counts the look-ups of each name.
static int turn_of(const char *name) {
  static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
  static struct { char name[256]; int count; } seen[64];
  pthread_mutex_lock(&turn);
  int index = 0;
  while (index < 63 && seen[index].name[0] && strcmp(seen[index].name, name) != 0) index++;
  snprintf(seen[index].name, sizeof seen[index].name, "%s", name);
  int count = seen[index].count++;
  pthread_mutex_unlock(&turn);
  return count;
}

// The line for this look-up, without the name; false if the name has none.
static bool find_line(const char *name, char *found, size_t size) {
  FILE *file = hosts ? fopen(hosts, "re") : NULL;
  if (!file) return false;
  char line[16384];
  bool is_found = false;
  for (int turn = turn_of(name), index = 0; index <= turn && fgets(line, sizeof line, file);) {
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0 || line[length] != ' ') continue;
    snprintf(found, size, "%s", line + length + 1);
    is_found = true;
    index++;
  }
  fclose(file);
  return is_found;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
  typedef int function(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  char line[16384], *rest = NULL;
  if (!name || strcmp(name, "localhost") == 0 || !hosts)
    return ((function *)dlsym(RTLD_NEXT, "getaddrinfo"))(name, service, hints, result);
  if (!find_line(name, line, sizeof line)) return EAI_NONAME;
  long milliseconds = atol(strtok_r(line, " \n", &rest));
  struct timespec delay = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&delay, NULL);
  struct addrinfo *list = NULL, **end = &list;
  for (char *answer; (answer = strtok_r(NULL, " \n", &rest));) {
    if (strcmp(answer, "NXDOMAIN") == 0) return EAI_NONAME;
    if (strcmp(answer, "SERVFAIL") == 0) return EAI_AGAIN;
    *end = address_info(answer);
    end = &(*end)->ai_next;
  }
  *result = list;
  return list ? 0 : EAI_NONAME;
}
