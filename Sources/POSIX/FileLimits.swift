package import Glibc

/// The limit of open files in force.
package func fileLimit() -> Int {
  Int(clamping: fileLimits().rlim_cur)
}

/// The limit of open files in force, and the hard one up to which it may be raised.
package func fileLimits() -> rlimit {
  var limits = rlimit()
  // Fails only for an unknown resource.
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
  return limits
}
