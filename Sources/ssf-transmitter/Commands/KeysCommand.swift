import ArgumentParser
import HTTP
import JSON

/// `keys`: the signing keys.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List the signing keys.", subcommands: [List.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the signing keys.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/keys").json
      let rows = (answer["keys"]?.arrayValue ?? []).map { key in
        ["kid", "purpose", "alg", "state", "created"].map(key.column)
      }
      Terminal.say(
        options.json
          ? answer.text(.pretty) : Terminal.table(["KID", "PURPOSE", "ALG", "STATE", "CREATED"], rows))
    }
  }
}
