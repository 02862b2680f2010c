import ArgumentParser
import HTTP
import IdentitySources
import JSON
import Transmitter

/// `token`: the static bearer tokens of clients.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Create, list and revoke access tokens.",
    subcommands: [Create.self, List.self, Revoke.self, Recover.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a token and print it. It is shown this once.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The id of the client that it is for.") var client: String
    @Option(help: "What the token may do; repeat for several. Default: all that the client may.")
    var scope: [String] = []
    @Option(help: "How long it is good for, such as 12h or 90d. Default: until it is revoked.")
    var expiresIn: String?

    func run() async throws {
      var body = JSONObject()
      if !scope.isEmpty { body["scopes"] = .array(scope.map(JSONValue.string)) }
      if let expiresIn {
        guard let lifetime = Duration(configuration: .string(expiresIn)) else {
          throw ValidationError("--expires-in wants a duration such as 12h or 90d")
        }
        body["expires_in"] = .integer(lifetime.components.seconds)
      }
      let path = "/v1/clients/\(client.pathSegment)/tokens"
      let answer = try await options.client().call(.post, path, .object(body)).json
      Terminal.say(options.json ? answer.text(.pretty) : answer["token"]?.stringValue ?? "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List a client's tokens.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var client: String

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/clients/\(client.pathSegment)/tokens").json
      let rows = (answer["tokens"]?.arrayValue ?? []).map { token in
        ["id", "scopes", "created", "last_used", "expires", "revoked"].map(token.column)
      }
      Terminal.say(
        options.json
          ? answer.text(.pretty)
          : Terminal.table(["ID", "SCOPES", "CREATED", "LAST USED", "EXPIRES", "REVOKED"], rows))
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a token at once.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var client: String
    @Argument(help: "The token's id, as listed.") var token: String

    func run() async throws {
      _ = try await options.client().call(
        .delete, "/v1/clients/\(client.pathSegment)/tokens/\(token.pathSegment)")
    }
  }

  /// Works on the files alone, for whoever has no token to call with.
  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a new admin token in the state directory, while the daemon is stopped.",
      discussion: "Run it as the daemon's user. Older tokens stay good: list and revoke those that were lost."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
      let configuration = try options.configuration()
      try await ExitCode.reporting {
        let state = try StateDirectory(path: configuration.stateDirectory)
        let store = try Store(path: state.files.database, parts: [IdentitySchema.part])
        let access = try await AccessDirectory(
          store: store, environment: .live(logger: .daemon(configuration.log)))
        try await AuditActor.$current.withValue(.local) {
          try await access.createAdministrator(handOver: state.keepAdminToken)
        }
        try await store.close()
        Terminal.say(state.files.adminToken)
      }
    }
  }
}
