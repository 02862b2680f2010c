import ArgumentParser
import Glibc
import HTTPClient
import OpenSSL
import SQLite
import Sockets
import Transmitter

/// Exit codes beyond 0 and 1, after sysexits.h.
extension ExitCode {
  static let dataError = ExitCode(65)
  static let unavailable = ExitCode(69)
  static let systemError = ExitCode(71)
  static let cannotCreate = ExitCode(73)
  static let ioError = ExitCode(74)
  static let temporaryFailure = ExitCode(75)
  static let noPermission = ExitCode(77)
  static let configuration = ExitCode(78)

  /// The code that tells a supervisor what kind of failure ended the command.
  init(for error: any Error) {
    switch error {
    case is StateDirectoryError, is PrivateFileError: self = .cannotCreate
    case is LockFileError: self = .temporaryFailure
    case let error as SocketError where error.cause == .system(EADDRINUSE): self = .temporaryFailure
    case let error as SocketError where error.operation == .accept: self = .systemError
    case is ClientError, VerifierError.noAnswer: self = .unavailable
    case let error as SQLiteError: self.init(opening: error)
    case StoreError.cannotOpen(_, let error): self.init(opening: error)
    case is SchemaError: self = .dataError
    case BackupError.otherKey: self = .cannotCreate
    case is BackupError, is ImportFileError: self = .dataError
    case is StoreError: self = .ioError
    default: self = .configuration
    }
  }

  /// A database that cannot be opened: to start again helps where somebody else has it, and not where it is damaged.
  private init(opening error: SQLiteError) {
    switch error.code {
    case .busy: self = .temporaryFailure
    case .corrupt, .notADatabase: self = .dataError
    default: self = .ioError
    }
  }

  /// Runs the work of a command; an error is said once and becomes an exit code.
  static func reporting(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      Terminal.complain("\(error)")
      throw ExitCode(for: error)
    }
  }
}
