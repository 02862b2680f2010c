// What Swift's Glibc leaves out of the C library: the readiness of many descriptors at once.
#pragma once
#include <sys/epoll.h>
