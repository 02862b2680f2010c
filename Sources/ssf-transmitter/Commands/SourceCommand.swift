import ArgumentParser
import HTTP
import JSON

/// `source`: where identities come from.
struct SourceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "source", abstract: "Create, list, show and delete identity sources.",
    subcommands: [Create.self, List.self, Show.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Create an identity source.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id, such as hr.") var id: String
    @Option(help: "What it is, for people.") var description: String?

    func run() async throws {
      var body: JSONObject = ["id": .string(id)]
      body["description"] = description.map(JSONValue.string)
      let answer = try await options.client().call(.post, "/v1/identity-sources", .object(body)).json
      Terminal.say(options.json ? answer.text(.pretty) : answer.column("id"))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the identity sources.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/identity-sources").json
      let rows = (answer["identity_sources"]?.arrayValue ?? []).map { source in
        ["id", "identities", "created", "description"].map(source.column)
      }
      let heading = ["SOURCE", "IDENTITIES", "CREATED", "DESCRIPTION"]
      Terminal.say(options.json ? answer.text(.pretty) : Terminal.table(heading, rows))
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one identity source.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String

    func run() async throws {
      let path = "/v1/identity-sources/\(id.pathSegment)"
      Terminal.say(try await options.client().call(.get, path).json.text(.pretty))
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete an identity source with all it holds; nothing is sent.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "Its id.") var id: String

    func run() async throws {
      _ = try await options.client().call(.delete, "/v1/identity-sources/\(id.pathSegment)")
    }
  }
}
