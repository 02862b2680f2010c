import ArgumentParser
import HTTP
import JSON
import Transmitter

/// `audit`: what was changed, by whom, and whether the log of it is whole.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "List and verify the log of all changes.",
    subcommands: [List.self, Verify.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List changes, newest first.")

    private static let largestPage = 500

    @OptionGroup var options: AdminOptions
    @Option(help: "Only changes by this actor: client/<id>, local or transmitter.") var actor: String?
    @Option(help: "Only changes of this: stream/<id>, client/<id>, token/<id> or key/<id>.")
    var target: String?
    @Option(help: "Only changes since a time (2027-01-15T08:00:00Z), or of the last 12h, 30d.")
    var since: String?
    @Option(help: "Only changes before a time.") var until: String?
    @Option(help: "The most changes to list.") var limit = 50

    func run() async throws {
      let client = try options.client()
      var entries: [JSONValue] = []
      var next: Int64?
      repeat {
        let page = try await client.call(.get, path(before: next, atMost: limit - entries.count)).json
        entries += page["entries"]?.arrayValue ?? []
        next = page["next"]?.integerValue
      } while next != nil && entries.count < limit
      Terminal.say(options.json ? JSONValue.array(entries).text(.pretty) : Self.table(entries))
    }

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
      _ = try time(since, "--since")
      _ = try time(until, "--until")
    }

    private func path(before next: Int64?, atMost count: Int) throws -> String {
      let query = [
        ("actor", actor), ("target", target), ("since", try time(since, "--since")),
        ("until", try time(until, "--until")), ("before", next.map { "\($0)" }),
        ("limit", "\(min(count, Self.largestPage))"),
      ]
      return "/v1/audit?"
        + query.compactMap { name, value in value.map { "\(name)=\($0.pathSegment)" } }.joined(separator: "&")
    }

    /// A time as it stands, or so long ago.
    private func time(_ text: String?, _ option: String) throws -> String? {
      guard let text, RFC3339.parse(text) == nil else { return text }
      guard let ago = Duration(configuration: .string(text)) else {
        throw ValidationError("\(option) wants a time such as 2027-01-15T08:00:00Z or a duration such as 12h")
      }
      return "\(Timestamp.wallClock() - ago)"
    }

    private static func table(_ entries: [JSONValue]) -> String {
      let rows = entries.map { entry in
        ["seq", "time", "actor", "address", "action", "target"].map(entry.column) + [change(entry)]
      }
      return Terminal.table(["SEQ", "TIME", "ACTOR", "ADDRESS", "ACTION", "TARGET", "CHANGE"], rows)
    }

    /// `status=enabled→paused`: each member that differs, as it was and as it is.
    private static func change(_ entry: JSONValue) -> String {
      let (before, after) = (entry["before"]?.objectValue ?? [:], entry["after"]?.objectValue ?? [:])
      let names = before.names + after.names.filter { before[$0] == nil }
      return names.map { name in
        "\(name)=" + [before[name], after[name]].compactMap { $0?.text() }.joined(separator: "→")
      }.joined(separator: " ")
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that no change was edited, removed or moved.",
      discussion: """
        Prints the head: the number and digest of the newest entry. Note it somewhere else. Whoever can write the \
        database can write the whole log anew, up to any earlier entry; only --against a head that was noted elsewhere \
        shows that.
        """)

    /// A log of years is walked in minutes.
    private static let patience = Duration.seconds(3600)

    @OptionGroup var options: AdminOptions
    @Option(help: "A head as an earlier run printed it, SEQ:HASH: the log must still contain it.")
    var against: String?

    func run() async throws {
      let client = try options.client(patience: Self.patience)
      let answer = try await client.call(.post, "/v1/audit/verify", noted()).json
      let isValid = answer["valid"]?.boolValue ?? false
      Terminal.say(options.json ? answer.text(.pretty) : Self.report(answer))
      for fault in answer["faults"]?.arrayValue ?? [] { Terminal.complain(fault.column("detail")) }
      guard isValid else { throw ExitCode.failure }
    }

    private func noted() throws -> JSONValue {
      guard let against else { return [:] }
      let parts = against.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let sequence = Int64(parts[0]) else {
        throw ValidationError("--against wants SEQ:HASH")
      }
      return ["seq": .integer(sequence), "hash": .string(String(parts[1]))]
    }

    private static func report(_ answer: JSONValue) -> String {
      let head = answer["head"] ?? .null
      let verdict = answer["valid"]?.boolValue ?? false ? "whole" : "NOT whole"
      return "\(answer.column("checked")) entries, the log is \(verdict)\n"
        + "head \(head.column("seq")):\(head.column("hash"))"
    }
  }
}
