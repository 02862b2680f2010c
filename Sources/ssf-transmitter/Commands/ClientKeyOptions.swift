import ArgumentParser
import JSON
import POSIX

/// The keys with which a client signs its assertions: one of the two, or neither.
struct ClientKeyOptions: ParsableArguments {
  @Option(help: "A file with the client's public keys, a JWK set; - for standard input.") var jwks: String?
  @Option(help: "Where the client publishes its JWK set.") var jwksURI: String?

  /// As members of a request.
  func members() throws -> JSONObject {
    var members = JSONObject()
    members["jwks"] = try jwks.map(Self.read)
    members["jwks_uri"] = jwksURI.map(JSONValue.string)
    return members
  }

  private static func read(_ path: String) throws -> JSONValue {
    do {
      let bytes = path == "-" ? try Terminal.readInput() : try readToEnd(ofFileAt: path)
      return try JSONValue(parsing: bytes)
    } catch {
      Terminal.complain("cannot read a JWK set from \(path): \(error)")
      throw ExitCode.failure
    }
  }
}
