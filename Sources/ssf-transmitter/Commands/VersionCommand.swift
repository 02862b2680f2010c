import ArgumentParser

/// `version`.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  static let version = "0.1.0"

  func run() {
    Terminal.say("ssf-transmitter \(Self.version)")
  }
}
