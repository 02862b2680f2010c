import ArgumentParser
import Glibc
import SQLite
import Sockets
import Transmitter

/// `serve`: runs the daemon until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the transmitter.",
    discussion: "SIGTERM finishes what is under way within 20 seconds; a second one ends it at once.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.configuration()
    do {
      try await Daemon.run(configuration)
    } catch let error as ExitCode {
      throw error
    } catch {
      Terminal.complain("\(error)")
      throw Self.exitCode(for: error)
    }
  }

  static func exitCode(for error: any Error) -> ExitCode {
    switch error {
    case is StateDirectoryError, is PrivateFileError: .cannotCreate
    case is LockFileError: .temporaryFailure
    case let error as SocketError where error.cause == .system(EADDRINUSE): .temporaryFailure
    case is SQLiteError, is SchemaError, is StoreError: .ioError
    default: .configuration
    }
  }
}
