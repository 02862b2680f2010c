import ArgumentParser
import HTTP
import JSON

/// `stream`: the streams that receivers made, and how they fare.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "List and show streams.", subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all streams.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/streams").json
      let rows = (answer["streams"]?.arrayValue ?? []).map { stream in
        ["stream_id", "client_id", "status"].map(stream.column)
          + ["pending", "delivered", "dead"].map { stream["deliveries"]?.column($0) ?? "-" }
          + [stream["delivery"]?.column("endpoint_url") ?? "-"]
      }
      let heading = ["STREAM", "CLIENT", "STATUS", "PENDING", "DELIVERED", "DEAD", "ENDPOINT"]
      Terminal.say(options.json ? answer.text(.pretty) : Terminal.table(heading, rows))
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one stream.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The stream's id.") var id: String

    func run() async throws {
      let answer = try await options.client().call(.get, "/v1/streams/\(id.pathSegment)").json
      Terminal.say(answer.text(.pretty))
    }
  }
}

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
        ["kid", "alg", "state", "created"].map(key.column)
      }
      Terminal.say(
        options.json ? answer.text(.pretty) : Terminal.table(["KID", "ALG", "STATE", "CREATED"], rows))
    }
  }
}
