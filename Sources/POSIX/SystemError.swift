import Glibc

/// Why the kernel refused a call: an `errno` value, told in words.
package struct SystemError: Error, Hashable, Sendable {
  package let code: Int32

  package init(_ code: Int32) {
    self.code = code
  }

  /// The failure of the call that has just set `errno`.
  package static var last: SystemError { SystemError(errno) }
}

extension SystemError: CustomStringConvertible {
  package var description: String { String(cString: strerror(code)) }
}
