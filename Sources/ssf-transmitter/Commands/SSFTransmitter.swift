import ArgumentParser

/// The command line: `serve` runs the daemon, `receive` a receiver to test with, the others talk to a running
/// daemon's admin listener.
struct SSFTransmitter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssf-transmitter",
    abstract: "A Shared Signals Framework transmitter.",
    discussion: """
      Exit codes: 0 done; 1 refused by the daemon; 64 wrong usage; 65 the database is damaged, another program's or a \
      newer release's, or a backup or a file to import is unusable; 69 no daemon answers; 71 a listener failed; 73 the \
      state directory is unusable; 74 the database or its disk failed; 75 somebody else has the address, the state \
      directory or the database, or an import waits for an administrator; 77 the token is not sufficient; 78 wrong \
      configuration.
      """,
    subcommands: [
      ServeCommand.self, CheckConfigCommand.self, PrintConfigCommand.self, HealthCommand.self,
      ClientCommand.self, SecretCommand.self, TokenCommand.self, StreamCommand.self, SourceCommand.self,
      ImportCommand.self, EmitCommand.self, DeliveriesCommand.self, ReceiveCommand.self, KeysCommand.self,
      RulesCommand.self, VersionCommand.self, AuditCommand.self, BackupCommand.self, RestoreCommand.self,
    ])
}
