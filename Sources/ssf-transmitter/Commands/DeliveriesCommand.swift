import ArgumentParser
import HTTP
import JSON

/// `deliveries`: where every event is, and what to do with those that failed.
struct DeliveriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliveries", abstract: "Find, show, replay and discard deliveries.",
    discussion: """
      Where is this event?
        ssf-transmitter deliveries --txn <txn>      from the event to the receivers' answers
        ssf-transmitter deliveries show <jti>       one SET, as it is sent, and every attempt
      What failed, again:
        ssf-transmitter deliveries list --stream <id> --state dead
        ssf-transmitter deliveries replay --stream <id> --since 2h
      """,
    subcommands: [List.self, Show.self, Replay.self, Discard.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List deliveries, newest first; with --txn or --jti alone, tell all about them.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var selection: DeliverySelection
    @Option(help: "pending, delivered, dead, expired or dropped.") var state: String?
    @Option(help: "One SET, by its jti.") var jti: String?
    @Option(help: "All that came of one cause, by its txn.") var txn: String?
    @Option(help: "The most that are listed.") var limit = 100

    func run() async throws {
      let client = try options.client()
      if let story = try await story(from: client) { return Terminal.say(story) }
      let found = try await deliveries(from: client)
      let json: JSONValue = ["deliveries": .array(found)]
      Terminal.say(options.json ? json.text(.pretty) : Terminal.table(Self.heading, found.map(row)))
    }

    /// All about what one name stands for; nil where the rows that the other options leave are asked for.
    private func story(from client: AdminClient) async throws -> String? {
      guard !options.json, state == nil, selection.isEmpty else { return nil }
      return switch (jti, txn) {
      case (let jti?, nil): try await DeliveryStory(client).delivery(jti)
      case (nil, let txn?): try await DeliveryStory(client).transaction(txn)
      default: nil
      }
    }

    /// Asks until there are enough, or there is nothing left: what is rare comes in several parts.
    private func deliveries(from client: AdminClient) async throws -> [JSONValue] {
      let query = try selection.query + [("state", state), ("jti", jti), ("txn", txn)]
      var found: [JSONValue] = []
      var cursor: String?
      repeat {
        let rest = [("limit", String(min(limit - found.count, 500))), ("cursor", cursor)]
        let answer = try await client.call(.get, "/v1/deliveries".appending(query: query + rest)).json
        found += answer["deliveries"]?.arrayValue ?? []
        cursor = answer["next"]?.stringValue
      } while cursor != nil && found.count < limit
      return found
    }

    private static let heading = ["JTI", "STREAM", "EVENT", "STATE", "ATTEMPTS", "LAST", "ACCEPTED"]

    private func row(_ delivery: JSONValue) -> [String] {
      [
        delivery.column("jti"), delivery.column("stream_id"),
        delivery["type"]?.stringValue?.split(separator: "/").last.map(String.init) ?? "-",
        delivery.column("state"), delivery.column("attempts"), delivery.column("last_code"),
        delivery.column("accepted"),
      ]
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one delivery: its SET as it is sent, its event, and every attempt.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The SET's jti.") var jti: String

    func run() async throws {
      Terminal.say(
        try await options.client().call(.get, "/v1/deliveries/\(jti.pathSegment)").json.text(.pretty))
    }
  }
}

/// Which deliveries a verb is about.
struct DeliverySelection: ParsableArguments {
  @Option(help: "Only those of one stream.") var stream: String?
  @Option(help: "Accepted at this time or later: 2026-11-21T08:00:00Z, or how long ago, such as 2h.")
  var since: String?
  @Option(help: "Accepted before this time.") var until: String?
  @Option(help: "What the last attempt came to, such as http_503 or invalid_key.") var code: String?

  var isEmpty: Bool { stream == nil && since == nil && until == nil && code == nil }

  var query: [(String, String?)] {
    get throws {
      [
        ("stream_id", stream), ("since", try since?.queryTime("--since")),
        ("until", try until?.queryTime("--until")), ("code", code),
      ]
    }
  }
}
