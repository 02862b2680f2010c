import Glibc

/// A result code of SQLite, primary (`.constraint`) or extended (`.constraintUnique`).
///
/// An extended code carries its primary in the low byte. As a pattern a primary code matches all its extended
/// codes, so `catch ResultCode.constraint` takes every constraint and `catch ResultCode.constraintUnique` one.
/// Source: <https://www.sqlite.org/rescode.html>.
package struct ResultCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// What a call failed with, by SQLite's extended code and the system's `errno` behind it. SQLite calls a disk full
  /// where it writes, and an I/O error where it enlarges a file otherwise; a user's share of a disk that is used up it
  /// always calls an I/O error. A sync that fails so stays one: the pages that it was to write may be gone.
  init(rawValue: Int32, cause: Int32) {
    let code = ResultCode(rawValue: rawValue)
    let isFull = .ioError ~= code && (cause == ENOSPC || cause == EDQUOT)
    self = isFull && code != .ioErrorFsync && code != .ioErrorDirectoryFsync ? .full : code
  }

  private init(_ primary: ResultCode, _ detail: Int32) {
    rawValue = primary.rawValue | detail << 8
  }

  /// The code without its detail; a primary code is its own.
  package var primary: ResultCode { ResultCode(rawValue: rawValue & 0xff) }

  package static func ~= (pattern: ResultCode, code: ResultCode) -> Bool {
    pattern == code || pattern == code.primary
  }

  package static func ~= (pattern: ResultCode, error: any Error) -> Bool {
    guard let error = error as? SQLiteError else { return false }
    return pattern ~= error.code
  }
}

extension ResultCode {
  /// Whether the file, or the disk under it, has failed and not the statement: nobody can say any more what of it
  /// stays, so that nothing may be written to it before it has been opened anew.
  package var isFileFailure: Bool {
    switch self {
    case .ioErrorNoMemory: false
    case .ioError, .corrupt, .notADatabase, .readOnly: true
    default: false
    }
  }
}

/// Primary codes.
extension ResultCode {
  package static let ok = ResultCode(rawValue: 0)
  package static let error = ResultCode(rawValue: 1)
  package static let abort = ResultCode(rawValue: 4)
  package static let busy = ResultCode(rawValue: 5)
  package static let noMemory = ResultCode(rawValue: 7)
  package static let readOnly = ResultCode(rawValue: 8)
  package static let interrupt = ResultCode(rawValue: 9)
  package static let ioError = ResultCode(rawValue: 10)
  package static let corrupt = ResultCode(rawValue: 11)
  package static let notFound = ResultCode(rawValue: 12)
  package static let full = ResultCode(rawValue: 13)
  package static let cantOpen = ResultCode(rawValue: 14)
  package static let schema = ResultCode(rawValue: 17)
  package static let tooBig = ResultCode(rawValue: 18)
  package static let constraint = ResultCode(rawValue: 19)
  package static let mismatch = ResultCode(rawValue: 20)
  package static let misuse = ResultCode(rawValue: 21)
  package static let authorization = ResultCode(rawValue: 23)
  package static let range = ResultCode(rawValue: 25)
  package static let notADatabase = ResultCode(rawValue: 26)
  package static let row = ResultCode(rawValue: 100)
  package static let done = ResultCode(rawValue: 101)
}

/// Extended codes: contention and constraints.
extension ResultCode {
  package static let abortRollback = ResultCode(.abort, 2)
  package static let busySnapshot = ResultCode(.busy, 2)
  package static let constraintCheck = ResultCode(.constraint, 1)
  package static let constraintForeignKey = ResultCode(.constraint, 3)
  package static let constraintNotNull = ResultCode(.constraint, 5)
  package static let constraintPrimaryKey = ResultCode(.constraint, 6)
  package static let constraintUnique = ResultCode(.constraint, 8)
  package static let constraintDataType = ResultCode(.constraint, 12)
}

/// Extended codes: the file and the disk under it.
extension ResultCode {
  package static let ioErrorWrite = ResultCode(.ioError, 3)
  package static let ioErrorFsync = ResultCode(.ioError, 4)
  package static let ioErrorDirectoryFsync = ResultCode(.ioError, 5)
  package static let ioErrorTruncate = ResultCode(.ioError, 6)
  package static let ioErrorNoMemory = ResultCode(.ioError, 12)
  package static let ioErrorSharedMemorySize = ResultCode(.ioError, 19)
}
