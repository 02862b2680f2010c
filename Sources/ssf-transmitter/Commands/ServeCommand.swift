import ArgumentParser

/// `serve`: runs the daemon until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the transmitter.",
    discussion: """
      SIGTERM finishes what is under way within 20 seconds; a second one ends it at once. SIGHUP reads the \
      configuration again and applies its rules, or nothing if it has a fault; the log names what else has changed \
      and waits for a restart.
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let settings = try options.settings()
    let configuration = try options.configuration(of: settings)
    let reload = Reload(since: settings, under: configuration.events) { [options] in try options.read() }
    try await ExitCode.reporting { try await Daemon.run(configuration, reload) }
  }
}
