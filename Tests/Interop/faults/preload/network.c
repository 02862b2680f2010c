// The addresses that the process connects to.

#include "control.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void note_dial(const char *address, int port) {
  const char *dialed = getenv("FAULTS_DIALED");
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
