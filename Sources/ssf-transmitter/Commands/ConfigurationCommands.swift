import ArgumentParser
import JSON
import OpenSSL
import Transmitter

/// `check-config`: the checks of start-up, without starting.
struct CheckConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Check the configuration as the daemon would at start-up.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.configuration()
    try await ExitCode.reporting { try Daemon.check(configuration) }
    Terminal.say("the configuration is good")
  }
}

/// `print-config`: every key with its value and where it came from.
struct PrintConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print-config", abstract: "Print every key, its value, and where the value comes from.")

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let settings = try options.settings()
    if json {
      let values = Setting.all.map { setting in
        let value = settings[setting.key]
        return JSONValue.object([
          "key": .string(setting.key), "value": value.json, "source": .string(value.source.description),
          "environment": .string(setting.environmentName), "default": setting.initial,
          "help": .string(setting.help),
        ])
      }
      Terminal.say(JSONValue.array(values).text(.pretty))
    } else {
      let rows = Setting.all.map { setting in
        [setting.key, settings[setting.key].json.text(), settings[setting.key].source.description]
      }
      Terminal.say(Terminal.table(["KEY", "VALUE", "SOURCE"], rows))
    }
  }
}

/// `version`.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  static let version = "0.1.0"

  func run() {
    Terminal.say("ssf-transmitter \(Self.version)")
  }
}
