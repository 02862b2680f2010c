import ArgumentParser
import HTTP
import JSON

/// `secret`: what clients get access tokens with from the token endpoint.
struct SecretCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Create, list and delete client secrets.",
    discussion:
      "A client has two at most: to rotate, create the second, put it to use, and delete the first.",
    subcommands: [Create.self, List.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a secret and print it. It is shown this once.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The id of the client that it is for.") var client: String

    func run() async throws {
      let answer = try await options.client().call(.post, client.secretsPath).json
      Terminal.say(options.json ? answer.text(.pretty) : answer["client_secret"]?.stringValue ?? "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List a client's secrets.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var client: String

    func run() async throws {
      let answer = try await options.client().call(.get, client.secretsPath).json
      let rows = (answer["secrets"]?.arrayValue ?? []).map { ["id", "created"].map($0.column) }
      Terminal.say(options.json ? answer.text(.pretty) : Terminal.table(["ID", "CREATED"], rows))
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a secret at once, with the access tokens that it got.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The client's id.") var client: String
    @Argument(help: "The secret's id, as listed.") var secret: String

    func run() async throws {
      _ = try await options.client().call(.delete, client.secretsPath + "/\(secret.pathSegment)")
    }
  }
}

extension String {
  /// The secrets of the client with this id.
  fileprivate var secretsPath: String { "/v1/clients/\(pathSegment)/secrets" }
}
