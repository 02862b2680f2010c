import ArgumentParser
import HTTP
import JSON

/// `health`: asks the daemon whether it is ready; for HEALTHCHECK and scripts.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Ask the daemon whether it is ready (exit code 0) or not (1).")

  @OptionGroup var options: AdminOptions

  func run() async throws {
    let answer = try await options.client().send(.get, "/readyz", [], [:], authorized: false)
    Terminal.say(options.json ? answer.json.text(.pretty) : Self.summary(answer))
    if !answer.status.isSuccess { throw ExitCode.failure }
  }

  private static func summary(_ answer: AdminClient.Answer) -> String {
    let status = answer.json["status"]?.stringValue ?? "\(answer.status)"
    let checks = answer.json["checks"]?.objectValue.map { checks in
      checks.map { "  \($0.name): \($0.value.stringValue ?? "")" }
    }
    return ([status] + (checks ?? [])).joined(separator: "\n")
  }
}
