import ArgumentParser
import IdentitySources
import Transmitter

/// `restore`: a backup in the place of the database, while the daemon is stopped.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup in the place of the database, while the daemon is stopped.",
    discussion: """
      Run it as the daemon's user. The backup is checked first, and so is that the state directory has the \
      key-encryption key that it needs. The former database is kept beside the new one. Events that were delivered \
      after the backup was taken are sent again, with the same jti; those that were accepted after it are not there.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Argument(help: "The backup.") var file: String

  func run() async throws {
    let configuration = try options.configuration()
    try await ExitCode.reporting {
      let state = try StateDirectory(path: configuration.stateDirectory, isRestoring: true)
      let kept = try Restoration.perform(
        from: BackupCommand.absolute(file), in: state, parts: [IdentitySchema.part],
        environment: .live(logger: .daemon(configuration.log)))
      Terminal.say("restored \(state.files.database)")
      if let kept { Terminal.say("the former database is kept as \(kept)") }
    }
  }
}
