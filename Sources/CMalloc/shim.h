// What Swift's Glibc leaves out of the C library: its allocator.
#pragma once
#include <malloc.h>
