import API
import HTTP
import JOSE
import JSON
import TestSupport
import Testing
import Transmitter

/// The client `app`, with a secret and a key, and how it calls the token endpoint.
struct TokenClient: Sendable {
  static let audience = "https://tr.example.com/oauth/token"
  static let assertionForm =
    "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type"
    + "%3Ajwt-bearer&client_assertion="

  let transmitter: TestTransmitter
  let key: TestKey
  let secret: String

  init(
    issuer: String = "https://tr.example.com",
    rateLimits: RateLimits.Policy = RateLimits.Policy(management: nil)
  ) async throws {
    transmitter = try await TestTransmitter {
      $0.issuer = issuer
      $0.rateLimits = rateLimits
    }
    key = try TestKey()
    let new = transmitter.access.newSecret()
    try await transmitter.access.createClient(
      id: "app", description: nil, audience: nil, scopes: [.read, .manage],
      keys: .registered(JWKSet(keys: [key.jwk])), secret: new)
    secret = new.text
  }

  /// With the client's secret in the body.
  var secretForm: String { "grant_type=client_credentials&client_id=app&client_secret=\(secret)" }

  func ask(_ form: String, at path: String = "/oauth/token", fields: HTTPFields = [:]) async throws
    -> Response
  {
    var fields = fields
    fields["Content-Type"] = fields["Content-Type"] ?? "application/x-www-form-urlencoded"
    return try await transmitter.public.send(.post, path, text: form, fields: fields)
  }

  func ask(withAssertion assertion: String, at path: String = "/oauth/token") async throws -> Response {
    try await ask(Self.assertionForm + assertion, at: path)
  }

  func assertion(
    for audience: String = audience, header: JSONObject = [:], _ changes: JSONObject = [:]
  ) throws -> String {
    try key.assertion(of: "app", for: audience, at: transmitter.clock.now, header: header, changes)
  }

  /// The claims of the access token in an answer.
  static func claims(_ response: Response) throws -> JSONValue {
    let text = try #require(try response.json["access_token"]?.stringValue)
    return try JSONValue(parsing: CompactJWS(parsing: Array(text.utf8)).payload)
  }

  /// The value of an `Authorization` field.
  static func basic(_ user: String, _ password: String) -> String {
    let text = Base64URL.encode(Array("\(user):\(password)".utf8))
      .replacing("-", with: "+").replacing("_", with: "/")
    return "Basic " + text + String(repeating: "=", count: (4 - text.count % 4) % 4)
  }
}
