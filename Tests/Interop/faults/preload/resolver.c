// What names resolve to, and how long it takes.

#include "control.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

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
  FILE *file = fopen(getenv("FAULTS_HOSTS"), "re");
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
  if (!name || strcmp(name, "localhost") == 0 || !getenv("FAULTS_HOSTS"))
    return ((function *)dlsym(RTLD_NEXT, "getaddrinfo"))(name, service, hints, result);
  if (!find_line(name, line, sizeof line)) return EAI_NONAME;
  long milliseconds = atol(strtok_r(line, " \n", &rest));
  struct timespec delay = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&delay, NULL);
  struct addrinfo *list = NULL, **end = &list;
  for (char *answer; (answer = strtok_r(NULL, " \n", &rest));) {
    if (strcmp(answer, "NXDOMAIN") == 0) return EAI_NONAME;
    if (strcmp(answer, "SERVFAIL") == 0) return EAI_AGAIN;
    // What the system's resolver says of aliases that lead back to where they began.
    if (strcmp(answer, "LOOP") == 0) return EAI_FAIL;
    *end = address_info(answer);
    end = &(*end)->ai_next;
  }
  *result = list;
  return list ? 0 : EAI_NONAME;
}
