import ArgumentParser
import Glibc
import HTTP
import JSON
import POSIX

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
    if event.type == "-" { return try await submitInput() }
    var fields: HTTPFields = [:]
    fields["Idempotency-Key"] = idempotencyKey
    let answer = try await options.client().call(.post, "/v1/events", event.submission(), fields: fields).json
    Terminal.say(options.json ? answer.text(.pretty) : Self.summary(answer))
  }

  private func submitInput() async throws {
    let parts = NDJSONPart.parts(of: try Self.readInput())
    guard !parts.isEmpty else { throw Self.failure("standard input holds no event") }
    let client = try options.client()
    var isAccepted = true
    for part in parts { isAccepted = try await submit(part, to: client) && isAccepted }
    if !isAccepted { throw ExitCode.failure }
  }

  private static func readInput() throws -> [UInt8] {
    do throws(SystemError) {
      return try Terminal.readInput()
    } catch {
      throw failure("cannot read standard input: \(error)")
    }
  }

  private static func failure(_ text: String) -> ExitCode {
    Terminal.complain(text)
    return .failure
  }

  private static let mediaType = "application/x-ndjson"

  /// Answers whether every line was accepted. What is refused as a whole ends the command: the parts before it were
  /// accepted, and their results printed.
  private func submit(_ part: NDJSONPart, to client: AdminClient) async throws -> Bool {
    var fields: HTTPFields = ["Content-Type": Self.mediaType]
    fields["Idempotency-Key"] = idempotencyKey.map(part.idempotencyKey)
    let answer = try await client.submit("/v1/events", Array(part.bytes), fields)
    guard answer.mediaType == Self.mediaType else { throw AdminClient.refusal(answer) }
    Terminal.write(try part.results(answer.body), to: STDOUT_FILENO)
    return answer.status == .accepted
  }

  private static func summary(_ answer: JSONValue) -> String {
    let deliveries = answer["deliveries"]?.arrayValue ?? []
    let heading =
      "accepted event \(answer.column("id")), txn \(answer.column("txn")), for \(deliveries.count) stream(s)"
    let lines = deliveries.map { "  stream \($0.column("stream_id"))  jti \($0.column("jti"))" }
    return ([heading] + lines).joined(separator: "\n")
  }
}
