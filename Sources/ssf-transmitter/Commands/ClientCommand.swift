import ArgumentParser
import HTTP
import JSON

/// `client`: who may call the transmitter.
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "Create, list, change and delete clients.",
    subcommands: [Create.self, List.self, Keys.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a client.",
      discussion:
        "Give it a way to authenticate: token create, secret create, or keys of its own with --jwks.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id; made by the daemon if left out.") var id: String?
    @Option(help: "What a token of the client may do; repeat for several. Default: ssf.read, ssf.manage.")
    var scope: [String] = []
    @Option(help: "The aud of the client's streams, instead of the origin of their endpoint.")
    var audience: String?
    @Option(help: "What the client is, for people.") var description: String?
    @OptionGroup var keys: ClientKeyOptions

    func run() async throws {
      var body = try keys.members()
      // It would not be seen; secret create prints one.
      body["client_secret"] = false
      body["id"] = id.map(JSONValue.string)
      body["description"] = description.map(JSONValue.string)
      body["audience"] = audience.map(JSONValue.string)
      if !scope.isEmpty { body["scopes"] = .array(scope.map(JSONValue.string)) }
      let answer = try await options.client().call(.post, "/v1/clients", .object(body)).json
      Terminal.say(options.json ? answer.text(.pretty) : answer["id"]?.stringValue ?? "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the clients.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/clients").json
      let rows = (answer["clients"]?.arrayValue ?? []).map { client in
        [client.column("id"), client.column("scopes"), client.column("audience"), client.column("created")]
      }
      Terminal.say(
        options.json ? answer.text(.pretty) : Terminal.table(["ID", "SCOPES", "AUDIENCE", "CREATED"], rows))
    }
  }

  struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace the keys that verify a client's assertions (private_key_jwt).",
      discussion: "Access tokens that were got with a registered key which is gone end at once.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var id: String
    @OptionGroup var keys: ClientKeyOptions
    @Flag(help: "Take the client's keys away.") var none = false

    func run() async throws {
      let members = none ? ["jwks": .null] : try keys.members()
      guard !members.isEmpty else { throw ValidationError("say which: --jwks, --jwks-uri or --none") }
      let answer = try await options.client().call(
        .patch, "/v1/clients/\(id.pathSegment)", .object(members)
      ).json
      if options.json { Terminal.say(answer.text(.pretty)) }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a client with its secrets, tokens and streams.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var id: String

    func run() async throws {
      _ = try await options.client().call(.delete, "/v1/clients/\(id.pathSegment)")
    }
  }
}
