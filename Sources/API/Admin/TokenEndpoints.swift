import HTTP
import JSON
import Transmitter

/// The static bearer tokens of a client. A token's text is in the answer that makes it, and nowhere after.
struct TokenEndpoints: Sendable {
  private static let longestLifetime: Int64 = 10 * 366 * 24 * 3600

  let access: AccessDirectory

  func add(to router: inout Router<Endpoint>) {
    let collection = "/v1/clients/{client_id}/tokens"
    router.add(.post, collection, Endpoint(.scope(.admin), respond: create))
    router.add(.get, collection, Endpoint(.scope(.admin), respond: list))
    router.add(.delete, collection + "/{token_id}", Endpoint(.scope(.admin), respond: revoke))
  }

  /// The body may be left out: then the token has all scopes of its client and does not expire.
  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject(orEmpty: true)
    try body.allowOnly(["scopes", "expires_in"])
    let lifetime = try body.optionalInteger("expires_in", in: 1...Self.longestLifetime)
    let issued = try await access.createToken(
      for: call.path("client_id"), scopes: body.optionalScopes("scopes"),
      lifetime: lifetime.map(Duration.seconds))
    var json = json(issued.token)
    json["token"] = .string(issued.text)
    return .json(.object(json), status: .created)
  }

  private func list(_ call: Call) async throws -> Response {
    let client = try access.client(call.path("client_id"))
    return .json(["tokens": .array(access.tokens(of: client.id).map { .object(json($0)) })])
  }

  private func revoke(_ call: Call) async throws -> Response {
    try await access.revokeToken(call.path("token_id"), of: call.path("client_id"))
    return .noContent
  }

  private func json(_ token: AccessToken) -> JSONObject {
    var json: JSONObject = [
      "id": .string(token.id),
      "client_id": .string(token.clientID),
      "scopes": .array(token.scopes.names.map(JSONValue.string)),
      "created": .string(token.created.description),
    ]
    json["expires"] = token.expires.map { .string($0.description) }
    json["last_used"] = token.lastUsed.map { .string($0.description) }
    json["revoked"] = token.revoked.map { .string($0.description) }
    return json
  }
}
