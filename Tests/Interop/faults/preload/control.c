// Finds what the process shares with whoever tests it.

#include "control.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct control none = {.clock_scale = 1, .space = -1};
struct control *control = &none;

// Runs after what the libraries do at exit, so that threads which still use them have the time to crash.
static void linger(void) { usleep(100000); }

__attribute__((constructor)) static void begin(void) {
  atexit(linger);
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
