import ArgumentParser
import HTTP
import JSON

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
    @Option(
      help: ArgumentHelp(
        "Only changes of this: stream, client, token, secret, key, source or import with its id, backup with its path, "
          + "configuration/rules, or audit with the last entry that was taken from the log.",
        valueName: "kind/id"))
    var target: String?
    @Option(help: "Only changes at this time or later: 2026-11-21T08:00:00Z, or how long ago, such as 12h.")
    var since: String?
    @Option(help: "Only changes before this time.") var until: String?
    @Option(help: "The most changes to list.") var limit = 50

    func run() async throws {
      let query = try filter
      let client = try options.client()
      var entries: [JSONValue] = []
      var next: Int64?
      repeat {
        let rest = [
          ("limit", String(min(limit - entries.count, Self.largestPage))),
          ("before", next.map { String($0) }),
        ]
        let page = try await client.call(.get, "/v1/audit".appending(query: query + rest)).json
        entries += page["entries"]?.arrayValue ?? []
        next = page["next"]?.integerValue
      } while next != nil && entries.count < limit
      Terminal.say(options.json ? JSONValue.array(entries).text(.pretty) : Self.table(entries))
    }

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    private var filter: [(String, String?)] {
      get throws {
        [
          ("actor", actor), ("target", target), ("since", try since?.queryTime("--since")),
          ("until", try until?.queryTime("--until")),
        ]
      }
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
