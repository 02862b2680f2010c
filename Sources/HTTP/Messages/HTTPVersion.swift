/// A protocol version (RFC 9112 §2.3). Only HTTP/1.0 and HTTP/1.1 are spoken.
package struct HTTPVersion: Hashable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  package static let http10 = HTTPVersion(major: 1, minor: 0)
  package static let http11 = HTTPVersion(major: 1, minor: 1)

  package var description: String { "HTTP/\(major).\(minor)" }

  init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Parses `HTTP/` DIGIT `.` DIGIT, in capitals.
  init(parsing name: ArraySlice<UInt8>) throws(MessageFault) {
    let digits = name.dropFirst(5)
    guard name.count == 8, name.starts(with: "HTTP/".utf8), let major = digits.first, major.isDigit,
      digits.dropFirst().first == UInt8(ascii: "."), let minor = digits.last, minor.isDigit
    else { throw .malformedVersion }
    self.init(major: Int(major - UInt8(ascii: "0")), minor: Int(minor - UInt8(ascii: "0")))
    guard self == .http10 || self == .http11 else { throw .unsupportedVersion }
  }
}
