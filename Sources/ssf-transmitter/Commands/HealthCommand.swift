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
    let json = answer.json
    let status = json["status"] == nil ? "\(answer.status)" : json.column("status")
    let checks = json["checks"] ?? [:]
    let lines = (checks.objectValue ?? [:]).names.map { "  \($0.escapingControls): \(checks.column($0))" }
    return ([status] + lines).joined(separator: "\n")
  }
}
