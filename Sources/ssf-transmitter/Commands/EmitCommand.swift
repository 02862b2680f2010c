import ArgumentParser
import Glibc
import HTTP
import JSON

/// `emit`: submits an event, or NDJSON from standard input.
struct EmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit", abstract: "Submit an event; it is on disk when this returns.",
    discussion: """
      Examples:
        ssf-transmitter emit session-revoked --email jane@example.com --reason-admin "laptop stolen"
        ssf-transmitter emit credential-change --email jane@example.com --member change_type=update \
      --member credential_type=password
        ssf-transmitter emit - < events.ndjson
      """)

  @OptionGroup var options: AdminOptions
  @OptionGroup var event: EventOptions
  @Option(help: "Makes a repetition harmless for 24 hours.") var idempotencyKey: String?

  func run() async throws {
    var fields: HTTPFields = [:]
    fields["Idempotency-Key"] = idempotencyKey
    if event.type == "-" { return try await submitInput(fields) }
    let answer = try await options.client().call(.post, "/v1/events", event.submission(), fields: fields).json
    Terminal.say(options.json ? answer.text(.pretty) : Self.summary(answer))
  }

  private static let lines = "application/x-ndjson"

  private func submitInput(_ fields: HTTPFields) async throws {
    var fields = fields
    fields["Content-Type"] = Self.lines
    let answer = try await options.client().send(.post, "/v1/events", Terminal.readInput(), fields)
    guard answer.mediaType == Self.lines else { throw AdminClient.refusal(answer) }
    Terminal.write(String(decoding: answer.body, as: UTF8.self), to: STDOUT_FILENO)
    if answer.status != .accepted { throw ExitCode.failure }
  }

  private static func summary(_ answer: JSONValue) -> String {
    let deliveries = answer["deliveries"]?.arrayValue ?? []
    let heading =
      "accepted event \(answer.column("id")), txn \(answer.column("txn")), for \(deliveries.count) stream(s)"
    let lines = deliveries.map { "  stream \($0.column("stream_id"))  jti \($0.column("jti"))" }
    return ([heading] + lines).joined(separator: "\n")
  }
}
