import Glibc
import HTTP
import Synchronization

/// The value of the `Date` field (RFC 9110 §6.6.1), rendered once a second.
final class DateCache: Sendable {
  private let latest = Mutex<(second: Int, value: [UInt8])>((-1, []))

  var value: [UInt8] {
    let now = time(nil)
    return latest.withLock { latest in
      if latest.second != now { latest = (now, Array(HTTPDate.text(secondsSince1970: Int64(now)).utf8)) }
      return latest.value
    }
  }
}
