/// A value that can take the place of a `?`.
///
/// A type with such a raw value needs only to declare it: `extension StreamStatus: SQLiteBindable {}`.
package protocol SQLiteBindable {
  /// Binds the value and returns SQLite's answer, `.ok` or the reason (`.tooBig`, `.noMemory`).
  func bind(to parameter: Parameter) -> ResultCode
}

extension Int64: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(self) }
}

extension Int: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(Int64(self)) }
}

/// Stored as 0 or 1.
extension Bool: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(Int64(self ? 1 : 0)) }
}

extension Double: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(self) }
}

/// Stored as TEXT, whole, with any NUL in it.
extension String: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(self) }
}

/// Stored as BLOB.
extension [UInt8]: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { parameter.set(self) }
}

/// `nil` is stored as NULL.
extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode {
    switch self {
    case .some(let value): value.bind(to: parameter)
    case .none: parameter.setNull()
    }
  }
}

extension SQLiteBindable where Self: RawRepresentable, RawValue: SQLiteBindable {
  package func bind(to parameter: Parameter) -> ResultCode { rawValue.bind(to: parameter) }
}
