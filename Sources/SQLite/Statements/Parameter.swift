import CSQLite

/// One `?` of a statement that is about to run. SQLite copies text and bytes: the value need not outlive the call.
package struct Parameter {
  let statement: OpaquePointer
  /// Counted from 1.
  let index: Int32

  func set(_ value: Int64) -> ResultCode {
    ResultCode(rawValue: sqlite3_bind_int64(statement, index, value))
  }

  func set(_ value: Double) -> ResultCode {
    ResultCode(rawValue: sqlite3_bind_double(statement, index, value))
  }

  func set(_ value: String) -> ResultCode {
    var value = value
    let code = value.withUTF8 { csqlite_bind_text(statement, index, $0.baseAddress, UInt64($0.count)) }
    return ResultCode(rawValue: code)
  }

  func set(_ value: [UInt8]) -> ResultCode {
    let code = value.withUnsafeBytes {
      csqlite_bind_blob(statement, index, $0.baseAddress, UInt64($0.count))
    }
    return ResultCode(rawValue: code)
  }

  func setNull() -> ResultCode {
    ResultCode(rawValue: sqlite3_bind_null(statement, index))
  }
}
