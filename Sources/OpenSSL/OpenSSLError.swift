import COpenSSL

/// A call into OpenSSL that failed, with everything the library's error queue said about it.
///
/// The queue belongs to the thread and keeps its entries until somebody reads them: whoever sees a call fail
/// must empty it at once, or the next failure on that thread reports a stale cause. ``drain(_:)`` does both.
package struct OpenSSLError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, as in "read a PEM private key".
  package let operation: String
  /// The queue's entries, oldest (the root cause) first; empty where the library gave no reason.
  package let causes: [String]

  package init(operation: String, causes: [String]) {
    self.operation = operation
    self.causes = causes
  }

  /// Empties this thread's error queue into an error for the operation that has just failed.
  package static func drain(_ operation: String) -> OpenSSLError {
    var causes: [String] = []
    while let cause = nextCause() {
      causes.append(cause)
    }
    return OpenSSLError(operation: operation, causes: causes)
  }

  /// Empties this thread's error queue after an outcome that is an answer and not a failure, such as a
  /// signature that does not match.
  package static func discardQueue() {
    ERR_clear_error()
  }

  package var description: String {
    let reasons = causes.isEmpty ? "no reason given" : causes.joined(separator: "; ")
    return "OpenSSL could not \(operation): \(reasons)"
  }

  private static func nextCause() -> String? {
    var detail: UnsafePointer<CChar>?
    var flags: Int32 = 0
    let code = ERR_get_error_all(nil, nil, nil, &detail, &flags)
    guard code != 0 else { return nil }
    guard let detail, flags & ERR_TXT_STRING != 0, detail.pointee != 0 else { return text(of: code) }
    return "\(text(of: code)) (\(String(cString: detail)))"
  }

  private static func text(of code: UInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      ERR_error_string_n(code, buffer.baseAddress!, buffer.count)
      return String(cString: buffer.baseAddress!)
    }
  }
}

/// Passes a handle on, or throws the drained queue where OpenSSL answered NULL.
func require(_ handle: OpaquePointer?, _ operation: String) throws(OpenSSLError) -> OpaquePointer {
  guard let handle else { throw OpenSSLError.drain(operation) }
  return handle
}

/// Throws the drained queue unless OpenSSL answered 1, its one word for success.
func require(_ result: Int32, _ operation: String) throws(OpenSSLError) {
  guard result == 1 else { throw OpenSSLError.drain(operation) }
}
