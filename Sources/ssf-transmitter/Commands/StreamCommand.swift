import ArgumentParser
import HTTP
import JSON

/// `stream`: the streams that receivers made, and how they fare.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "List, show, create, change and delete streams.",
    subcommands: [List.self, Show.self, Create.self, Set.self, Preview.self, Delete.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all streams.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/streams").json
      let rows = (answer["streams"]?.arrayValue ?? []).map(row)
      Terminal.say(options.json ? answer.text(.pretty) : Terminal.table(Self.heading, rows))
    }

    private static let heading = [
      "STREAM", "CLIENT", "STATUS", "PENDING", "OLDEST", "DELIVERED", "DEAD", "RECEIVER", "ENDPOINT",
    ]

    private func row(_ stream: JSONValue) -> [String] {
      ["stream_id", "client_id", "status"].map(stream.column)
        + [stream["deliveries"]?.column("pending") ?? "-", Self.age(stream["oldest_pending_seconds"])]
        + ["delivered", "dead"].map { stream["deliveries"]?.column($0) ?? "-" }
        + [Self.condition(stream["receiver"]), stream["delivery"]?.column("endpoint_url") ?? "-"]
    }

    /// How long the first in the queue has waited, in its largest unit.
    private static func age(_ seconds: JSONValue?) -> String {
      switch seconds?.integerValue {
      case nil: "-"
      case let seconds? where seconds < 120: "\(seconds)s"
      case let seconds? where seconds < 7200: "\(seconds / 60)m"
      case let seconds? where seconds < 172_800: "\(seconds / 3600)h"
      case let seconds?: "\(seconds / 86_400)d"
      }
    }

    /// The breaker, why it is not closed, and what else holds the stream; nothing for one that is polled.
    private static func condition(_ receiver: JSONValue?) -> String {
      ["breaker", "trouble", "fault"].compactMap { receiver?[$0]?.stringValue }.joined(separator: " ")
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one stream.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The stream's id.") var id: String

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/streams/\(id.pathSegment)").json
      Terminal.say(answer.text(.pretty))
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a stream for a receiver that never calls the stream API.")

    @OptionGroup var options: AdminOptions
    @Option(help: "Where SETs are pushed to; left out for a stream that is polled.") var endpoint: String?
    @Option(help: "The Authorization header to push with.") var authorizationHeader: String?
    @Option(help: "The client that may manage or poll the stream.") var client: String?
    @Option(help: "The aud of its SETs; by default the endpoint's origin.") var audience: String?
    @Option(help: "The shape of its SETs: ssf-1.0, event-subject, both or sse-caep.") var profile: String?
    @Option(help: "How its SETs are signed: RS256 or ES256.") var signingAlg: String?
    @Option(help: "An event type's URI to deliver; repeat for several. Default: all.") var event: [String] =
      []
    @Option(help: "What the stream is, for people.") var description: String?
    @OptionGroup var terms: TermsOptions

    func run() async throws {
      var body = JSONObject()
      try terms.add(to: &body)
      body["client_id"] = client.map(JSONValue.string)
      body["aud"] = audience.map(JSONValue.string)
      body["profile"] = profile.map(JSONValue.string)
      body["signing_alg"] = signingAlg.map(JSONValue.string)
      body["description"] = description.map(JSONValue.string)
      if !event.isEmpty { body["events_requested"] = .array(event.map(JSONValue.string)) }
      body["delivery"] = endpoint.map { .object(delivery(to: $0)) }
      let answer = try await options.client().call(.post, "/v1/streams", .object(body)).json
      Terminal.say(options.json ? answer.text(.pretty) : answer.column("stream_id"))
    }

    private func delivery(to endpoint: String) -> JSONObject {
      var delivery: JSONObject = ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(endpoint)]
      delivery["authorization_header"] = authorizationHeader.map(JSONValue.string)
      return delivery
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a stream's status, profile, signature or deliveries.",
      discussion: "The receiver is told of a change of status.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The stream's id.") var id: String
    @Option(help: "enabled, paused or disabled.") var status: String?
    @Option(help: "Why; the receiver gets to see it.") var reason: String?
    @Option(help: "ssf-1.0, event-subject, both or sse-caep.") var profile: String?
    @Option(help: "RS256 or ES256.") var signingAlg: String?
    @OptionGroup var terms: TermsOptions

    func run() async throws {
      var body = JSONObject()
      try terms.add(to: &body)
      body["status"] = status.map(JSONValue.string)
      body["reason"] = reason.map(JSONValue.string)
      body["profile"] = profile.map(JSONValue.string)
      body["signing_alg"] = signingAlg.map(JSONValue.string)
      let answer = try await options.client().call(.patch, "/v1/streams/\(id.pathSegment)", .object(body))
        .json
      Terminal.say(answer.text(.pretty))
    }
  }

  struct Preview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the SET that an event would become for a stream; nothing is sent.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The stream's id.") var id: String
    @OptionGroup var event: EventOptions

    func run() async throws {
      let path = "/v1/streams/\(id.pathSegment)/preview"
      Terminal.say(try await options.client().call(.post, path, event.submission()).json.text(.pretty))
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a stream; what is queued for it is dropped.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The stream's id.") var id: String

    func run() async throws {
      _ = try await options.client().call(.delete, "/v1/streams/\(id.pathSegment)")
    }
  }
}
