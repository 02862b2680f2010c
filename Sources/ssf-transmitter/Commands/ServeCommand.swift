import ArgumentParser

/// `serve`: runs the daemon until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the transmitter.",
    discussion: """
      SIGTERM finishes what is under way within 20 seconds; a second one ends it at once. SIGHUP changes nothing: \
      a new configuration is applied by a restart.
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.configuration()
    try await ExitCode.reporting { try await Daemon.run(configuration) }
  }
}
