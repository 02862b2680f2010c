import Glibc

/// How many cores run threads now: as many threads can work at once.
package func coreCount() -> Int {
  max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
}
