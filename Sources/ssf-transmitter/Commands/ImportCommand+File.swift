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
        deleted. With --watch it ends with 75 if the import is held, or waits behind one that is.
        """)

    /// A dry run waits for the import under way, and then compares and tries the rules on all of it.
    private static let patience = Duration.seconds(3600)

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
      let client = try dryRun ? options.client(patience: Self.patience) : options.client()
      try await ExitCode.reporting {
        let file = try ImportFile(path, format: format, separator: separator, mapping: mapping)
        let new = try await NewImport(of: source, isFull: full, through: client)
        let answer: JSONValue
        do {
          try await new.upload(file)
          answer = try await new.start(isDryRun: dryRun)
        } catch {
          await new.close()
          throw error
        }
        try await dryRun ? show(answer, of: new) : follow(new, client)
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

    private func show(_ answer: JSONValue, of new: NewImport) async {
      await new.close()
      Terminal.say(options.json ? answer.text(.pretty) : Self.summary(answer))
    }

    private func follow(_ new: NewImport, _ client: AdminClient) async throws {
      guard watch else { return Terminal.say(new.id) }
      try await ImportWatch(client: client, id: new.id).run(json: options.json)
    }

    private static func summary(_ answer: JSONValue) -> String {
      let counts = ["created", "updated", "deleted", "unchanged", "events"]
        .map { "\(answer.column($0)) \($0)" }
      let events = (answer["would_send"]?.arrayValue ?? []).map { event in
        [
          event.column("identity"), event.column("rule"),
          event.column("type").split(separator: "/").last.map(String.init) ?? "",
          event["subject"]?.line ?? "",
        ]
      }
      let held = answer["held"] == true ? "\nthe brake would hold it" : ""
      let table =
        events.isEmpty ? "" : "\n" + Terminal.table(["IDENTITY", "RULE", "EVENT", "SUBJECT"], events)
      return "would be: " + counts.joined(separator: ", ") + held + table
    }
  }
}
