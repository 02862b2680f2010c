import ArgumentParser
import IdentitySources
import JSON
import POSIX
import Transmitter

/// `rules`: lifecycle rules, tried without a daemon.
struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Try lifecycle rules, and show the shipped ones.",
    subcommands: [Test.self, Shipped.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which events rules make of sample changes; nothing is sent.",
      discussion: """
        FILE holds an array of rules, or is a configuration file with the key rules. The sample holds changes, as \
        an array or one on each line:
          {"externalId": "e1", "old": {"status": "active"}, "new": {"status": "left"}, "groups_before": ["vpn"]}
        Without old an identity is new, without new it is deleted. Ends with 1 if a rule could not be carried out.
        """)

    @Argument(help: "The rules.") var file: String
    @Option(help: "The sample of changes.") var sample: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await ExitCode.reporting {
        let rules = try RuleFile.parse(RulesCommand.read(file), from: file)
        let changes = try SampleChange.parse(RulesCommand.read(sample), from: sample, at: .wallClock())
        let trial = RuleTrial(of: rules, on: changes)
        Terminal.say(json ? trial.json.text(.pretty) : trial.table)
        if trial.hasFaults { throw ExitCode.failure }
      }
    }
  }

  struct Shipped: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the rules that are in force where the configuration has none.")

    func run() async throws { Terminal.say(ShippedRules.json.text(.pretty)) }
  }

  private static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
    do throws(SystemError) {
      return try readToEnd(ofFileAt: path)
    } catch {
      throw .unreadable(file: path, error)
    }
  }
}
