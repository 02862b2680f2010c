import ArgumentParser
import SQLite

/// `check-config`: the checks of start-up, without starting and without leaving a trace.
struct CheckConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Check whether the daemon could start; changes nothing.",
    discussion: "May be run beside the daemon, whose listeners are not tried then.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.configuration()
    try await ExitCode.reporting {
      do {
        try Daemon.check(configuration)
        _ = try Listeners(configuration)
      } catch LockFileError.held(_, let processID) {
        Terminal.complain(
          "the daemon runs already (process \(processID.map(String.init) ?? "unknown")): "
            + "whether its addresses are free was not tried")
      }
    }
    Terminal.say("the configuration is good")
  }
}
