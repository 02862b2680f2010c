import ArgumentParser
import HTTP
import JSON

/// `import`: brings a file of identities in, and decides on imports that are held.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import identities from a file; watch, approve and discard imports.",
    discussion: """
      Examples:
        ssf-transmitter import people.csv --source hr --id EmployeeID --map email=WorkEmail --map status=State
        ssf-transmitter import people.ndjson --source hr --full --dry-run
        ssf-transmitter import approve IMPORT
      """,
    subcommands: [File.self, List.self, Show.self, Watch.self, Approve.self, Discard.self],
    defaultSubcommand: File.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the newest imports.")

    @OptionGroup var options: AdminOptions
    @Option(help: "Only those of this identity source.") var source: String?

    func run() async throws {
      let query = source.map { "?source=\($0.pathSegment)" } ?? ""
      let answer = try await options.client().call(.get, "/v1/imports" + query).json
      let rows = (answer["imports"]?.arrayValue ?? []).map { item in
        ["id", "source", "status", "phase", "records"].map(item.column)
          + ["changes", "people", "events"].map { item["report"]?.column($0) ?? "-" } + [
            item.column("updated")
          ]
      }
      let heading = [
        "IMPORT", "SOURCE", "STATUS", "PHASE", "RECORDS", "CHANGES", "PEOPLE", "EVENTS", "UPDATED",
      ]
      Terminal.say(options.json ? answer.text(.pretty) : Terminal.table(heading, rows))
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one import.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String

    func run() async throws {
      Terminal.say(try await options.client().call(.get, "/v1/imports/\(id.pathSegment)").json.text(.pretty))
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Watch an import until it ends or is held.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String

    func run() async throws {
      try await ImportWatch(client: options.client(), id: id).run(json: options.json)
    }
  }

  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a held import go on.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String
    @Flag(help: "Watch it to its end.") var watch = false

    func run() async throws {
      let client = try options.client()
      _ = try await client.call(.post, "/v1/imports/\(id.pathSegment)/approve")
      if watch { try await ImportWatch(client: client, id: id).run(json: options.json) }
    }
  }

  struct Discard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a held import up; nothing was sent or changed.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String

    func run() async throws {
      _ = try await options.client().call(.post, "/v1/imports/\(id.pathSegment)/discard")
    }
  }
}
