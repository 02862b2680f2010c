import Glibc
import POSIX

/// Raises the limit of open files to the hard limit and returns it: each connection needs one.
///
/// `most` keeps the figure within reason where the hard limit is unlimited.
@discardableResult
package func raiseFileLimit(most: Int = 1 << 20) throws(SocketError) -> Int {
  var limit = fileLimits()
  limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(most)))
  guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
    throw .current(.fileLimit)
  }
  return Int(clamping: limit.rlim_cur)
}

/// Makes writing to a connection that the peer has closed an error of that call and not the end of the
/// process.
package func ignoreSIGPIPE() {
  signal(SIGPIPE, SIG_IGN)
}
