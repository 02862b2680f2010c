// Faults of clock, disk, network and resolver for one process, by LD_PRELOAD. What goes wrong is said in a file that
// the process shares with whoever tests it (FAULTS_CONTROL, `struct control`), and may change at any time.
//
//   FAULTS_STATE   the directory whose files are on the disk that fails
//   FAULTS_SYNCED  where a copy of each of them is kept as of its last sync, while `keeps_synced` is set
//   FAULTS_HOSTS   what names resolve to: lines "name milliseconds answer…", an answer being an address, NXDOMAIN,
//                  SERVFAIL or LOOP; the nth look-up of a name has its nth line, or its last
//   FAULTS_DIALED  gets a line "address port" for each connection that is begun; none leaves the machine

#ifndef FAULTS_CONTROL_H
#define FAULTS_CONTROL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdatomic.h>
#include <stdint.h>

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
  _Atomic int64_t sync_delay;           // nanoseconds that each sync takes longer
  _Atomic int64_t syncs;                // how many there were
  _Atomic int64_t unsynced;             // bytes that were written, and not synced since
};

// What is to go wrong; nothing, before the library is told.
extern struct control *control;

#endif
