import ArgumentParser

/// The command line: `serve` runs the daemon, `receive` a receiver to test with, the others talk to a running
/// daemon's admin listener.
struct SSFTransmitter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssf-transmitter",
    abstract: "A Shared Signals Framework transmitter.",
    discussion: """
      Exit codes: 0 done; 1 refused by the daemon; 64 wrong usage; 69 no daemon answers; 73 the state directory \
      is unusable; 74 the database failed; 75 somebody else has the address or the state directory; 77 the \
      token is not sufficient; 78 wrong configuration.
      """,
    subcommands: [
      ServeCommand.self, CheckConfigCommand.self, PrintConfigCommand.self, HealthCommand.self,
      ClientCommand.self, TokenCommand.self, StreamCommand.self, EmitCommand.self, ReceiveCommand.self,
      KeysCommand.self, VersionCommand.self,
    ])
}

/// Exit codes beyond 0 and 1, after sysexits.h.
extension ExitCode {
  static let unavailable = ExitCode(69)
  static let cannotCreate = ExitCode(73)
  static let ioError = ExitCode(74)
  static let temporaryFailure = ExitCode(75)
  static let noPermission = ExitCode(77)
  static let configuration = ExitCode(78)
}
