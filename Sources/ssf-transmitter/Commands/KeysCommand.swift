import ArgumentParser
import HTTP
import JSON
import Transmitter

/// `keys`: the signing keys.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List, rotate, retire, import and export the signing keys.",
    discussion: """
      A key is pending while it is published and not yet used, active while it signs, retiring while it is still \
      published for what it has signed. Keys sign SETs, or access tokens (--purpose token). An id that begins with a \
      hyphen stands behind two of them: keys retire --now -- -x2Q…
      """,
    subcommands: [List.self, Rotate.self, Retire.self, Import.self, Export.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the signing keys.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
      options.show(keys: try await options.client().call(.get, "/v1/keys").json)
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Publish the next key of each algorithm.",
      discussion: "It becomes active by itself when every receiver has had time to fetch it (jwks.max_age).")

    @OptionGroup var options: AdminOptions
    @OptionGroup var purpose: PurposeOption
    @Option(help: "RS256 or ES256. Default: both.") var alg: String?

    func run() async throws {
      var body: JSONObject = ["purpose": .string(purpose.purpose)]
      body["alg"] = alg.map(JSONValue.string)
      options.show(keys: try await options.client().call(.post, "/v1/keys/rotate", .object(body)).json)
    }
  }

  struct Retire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a key: in order, or at once.",
      discussion: "In order, an active key is rotated, and goes when nothing that it signed is on its way.")

    @OptionGroup var options: AdminOptions
    @Argument(help: "The key's kid, as listed.") var kid: String
    @Flag(
      help:
        "For a key that was stolen: take it out of the key set at once, and have the next key sign at once.")
    var now = false

    func run() async throws {
      let path = "/v1/keys/\(kid.pathSegment)/retire"
      options.show(keys: try await options.client().call(.post, path, ["now": .bool(now)]).json)
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a private key from a PEM file: RSA of 2048 to 4096 bits, or P-256.",
      discussion:
        "The file must be yours alone (chmod 600), and may not be encrypted. The key becomes the next one.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var purpose: PurposeOption
    @Argument(help: "The PEM file.") var file: String
    @Flag(help: "Sign with it at once: receivers know it already, from another transmitter.")
    var now = false

    func run() async throws {
      let answer = try await options.client().call(
        .post, "/v1/keys/import",
        ["pem": .string(try pem()), "purpose": .string(purpose.purpose), "now": .bool(now)])
      Terminal.say(options.json ? answer.json.text(.pretty) : answer.json["kid"]?.stringValue ?? "")
    }

    private func pem() throws -> String {
      do {
        return String(decoding: try PrivateFile.read(file), as: UTF8.self)
      } catch {
        Terminal.complain("\(error)")
        throw ExitCode.noPermission
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the public keys as a JWK set, or one of them as a JWK.",
      discussion:
        "Private keys are never given away: they move to another machine with the state directory, sealed.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var purpose: PurposeOption
    @Argument(help: "The kid of one key, of either purpose.") var kid: String?

    func run() async throws {
      let client = try options.client()
      if let kid {
        let key = try await client.call(.get, "/v1/keys/\(kid.pathSegment)").json
        Terminal.say((key["public_key"] ?? .null).text(.pretty))
      } else {
        let path = "/v1/keys/export?purpose=\(purpose.purpose.pathSegment)"
        Terminal.say(try await client.call(.get, path).json.text(.pretty))
      }
    }
  }
}

struct PurposeOption: ParsableArguments {
  @Option(help: "What the keys sign: set (SETs) or token (access tokens).") var purpose = "set"
}

extension AdminOptions {
  fileprivate func show(keys answer: JSONValue) {
    let rows = (answer["keys"]?.arrayValue ?? []).map { key in
      ["kid", "purpose", "alg", "state", "since", "until"].map(key.column)
    }
    let heading = ["KID", "PURPOSE", "ALG", "STATE", "SINCE", "UNTIL"]
    Terminal.say(json ? answer.text(.pretty) : Terminal.table(heading, rows))
  }
}
