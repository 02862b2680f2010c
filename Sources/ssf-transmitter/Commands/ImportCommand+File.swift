import ArgumentParser
import HTTP
import JSON

extension ImportCommand {
  /// `import FILE`.
  struct File: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "file", abstract: "Import a file (the default).",
      discussion: """
        The file is a JSON array, NDJSON, or CSV with a first line that names the columns. Each record is flat: its \
        id, and attributes. In JSON it may be a record of the admin API too, with external_id, profile, groups or \
        deleted. Ends with 75 if the import is held.
        """)

    @OptionGroup var options: AdminOptions
    @Argument(help: "The file.") var path: String
    @Option(help: "The identity source.") var source: String
    @Option(help: "json, ndjson or csv; by default what the file's name ends with.")
    var format: ImportFile.Format?
    @Option(help: "What separates the columns of CSV: one ASCII character, or tab.")
    var separator = ","
    @Option(help: "The column that identifies people; by default externalId, external_id or id.")
    var id: String?
    @Option(
      help: ArgumentHelp(
        "Takes an attribute from a column; the columns that are not named are left out then.",
        valueName: "attribute=column"))
    var map: [String] = []
    @Flag(help: "The file holds everybody: whoever is absent counts as deleted.") var full = false
    @Flag(help: "Show what would be sent; nothing is sent or changed.") var dryRun = false
    @Flag(help: "Watch the import until it ends or is held.") var watch = false

    func run() async throws {
      let separator = try Self.separator(separator)
      let mapping = RecordMapping(id: id, columns: try map.map(Self.pair))
      let client = try options.client()
      try await ExitCode.reporting {
        let file = try ImportFile(path, format: format, separator: separator, mapping: mapping)
        let id = try await makeImport(client)
        do {
          try await upload(file, to: id, client)
        } catch {
          _ = try await client.call(.delete, "/v1/imports/\(id)")
          throw error
        }
        try await dryRun ? tryOut(id, client) : start(id, client)
      }
    }

    private static func pair(_ text: String) throws -> (attribute: String, column: String) {
      guard let mark = text.firstIndex(of: "=") else {
        throw ValidationError("--map wants attribute=column, such as --map email=WorkEmail")
      }
      return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    private static func separator(_ text: String) throws -> UInt8 {
      if text == "tab" { return UInt8(ascii: "\t") }
      guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0x20, byte != UInt8(ascii: "\"") else {
        throw ValidationError("--separator wants one ASCII character such as ; or the word tab")
      }
      return byte
    }

    private func makeImport(_ client: AdminClient) async throws -> String {
      let body: JSONValue = ["source": .string(source), "full": .bool(full)]
      return try await client.call(.post, "/v1/imports", body).json["id"]?.stringValue ?? ""
    }

    /// Sends the records in parts that the daemon takes at once.
    private func upload(_ file: ImportFile, to id: String, _ client: AdminClient) async throws {
      var part: [UInt8] = []
      var records = 0
      var isEmpty = true
      try await file.forEachRecord { record in
        record.serialize(into: &part)
        part.append(UInt8(ascii: "\n"))
        records += 1
        isEmpty = false
        guard part.count >= NDJSONPart.mostBytes || records >= 5000 else { return }
        try await send(part, to: id, client)
        part = []
        records = 0
      }
      if isEmpty { throw ImportFileError.nobody }
      if records > 0 { try await send(part, to: id, client) }
    }

    private func send(_ part: [UInt8], to id: String, _ client: AdminClient) async throws {
      let answer = try await client.send(
        .post, "/v1/imports/\(id)/records", part, ["Content-Type": "application/x-ndjson"])
      guard answer.status.isSuccess else { throw AdminClient.refusal(answer) }
    }

    private func start(_ id: String, _ client: AdminClient) async throws {
      _ = try await client.call(.post, "/v1/imports/\(id)/start")
      guard watch else { return Terminal.say(id) }
      try await ImportWatch(client: client, id: id).run(json: options.json)
    }

    private func tryOut(_ id: String, _ client: AdminClient) async throws {
      let answer = try await client.call(.post, "/v1/imports/\(id)/start?dry_run=true").json
      _ = try await client.call(.delete, "/v1/imports/\(id)")
      Terminal.say(options.json ? answer.text(.pretty) : Self.summary(answer))
    }

    private static func summary(_ answer: JSONValue) -> String {
      let counts = ["created", "updated", "deleted", "unchanged", "events"]
        .map { "\(answer.column($0)) \($0)" }
      let events = (answer["would_send"]?.arrayValue ?? []).map { event in
        [
          event.column("identity"), event.column("rule"),
          event.column("type").split(separator: "/").last.map(String.init) ?? "",
          event["subject"]?.text() ?? "",
        ]
      }
      let held = answer["held"] == true ? "\nthe brake would hold it" : ""
      let table =
        events.isEmpty ? "" : "\n" + Terminal.table(["IDENTITY", "RULE", "EVENT", "SUBJECT"], events)
      return "would be: " + counts.joined(separator: ", ") + held + table
    }
  }
}
