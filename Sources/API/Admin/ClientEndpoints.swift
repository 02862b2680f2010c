import HTTP
import JOSE
import JSON
import Transmitter

/// Clients: who may call the transmitter.
struct ClientEndpoints: Sendable {
  let access: AccessDirectory
  let registry: StreamRegistry

  func add(to router: inout Router<Endpoint>) {
    router.add(.post, "/v1/clients", Endpoint(.scope(.admin), respond: create))
    router.add(.get, "/v1/clients", Endpoint(.scope(.admin), respond: list))
    router.add(.get, "/v1/clients/{client_id}", Endpoint(.scope(.admin), respond: show))
    router.add(.patch, "/v1/clients/{client_id}", Endpoint(.scope(.admin), respond: changeKeys))
    router.add(.delete, "/v1/clients/{client_id}", Endpoint(.scope(.admin), respond: delete))
  }

  /// Answers the client with a secret, shown this once, unless `client_secret` is false.
  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["id", "description", "audience", "scopes", "jwks", "jwks_uri", "client_secret"])
    let secret = try body.optionalBoolean("client_secret") ?? true ? access.newSecret() : nil
    let client = try await access.createClient(
      id: body.optionalString("id"), description: body.optionalString("description"),
      audience: body.optionalString("audience"),
      scopes: body.optionalScopes("scopes") ?? [.read, .manage],
      keys: body.optionalClientKeys(by: registry.policy), secret: secret)
    var json = json(client)
    json["client_secret"] = (secret?.text).map(JSONValue.string)
    return .json(.object(json), status: .created)
  }

  private func list(_ call: Call) async throws -> Response {
    .json(["clients": .array(access.clients.map { .object(json($0)) })])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(.object(json(try access.client(call.path("client_id")))))
  }

  /// Replaces the keys of the client's assertions by `jwks` or `jwks_uri`; null takes them away.
  private func changeKeys(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["jwks", "jwks_uri"])
    guard try !body.members().isEmpty else { throw APIError.invalid(.root, "must have jwks or jwks_uri") }
    let client = try await access.changeKeys(
      of: call.path("client_id"), to: body.optionalClientKeys(by: registry.policy))
    return .json(.object(json(client)))
  }

  /// A client's streams go with it: nobody would be left to manage them.
  private func delete(_ call: Call) async throws -> Response {
    let id = try call.path("client_id")
    try await access.deleteClient(id) { try registry.deleteStreams(of: id, in: $0) }
    return .noContent
  }

  private func json(_ client: Client) -> JSONObject {
    var json: JSONObject = ["id": .string(client.id)]
    json["description"] = client.description.map(JSONValue.string)
    json["audience"] = client.audience.map(JSONValue.string)
    json["scopes"] = .array(client.scopes.names.map(JSONValue.string))
    json["created"] = .string(client.created.description)
    switch client.keys {
    case .registered(let keys): json["jwks"] = keys.json
    case .published(let url): json["jwks_uri"] = .string(url.description)
    case nil: break
    }
    return json
  }
}

extension RequestObject {
  /// Scopes as an array of names, or as OAuth writes them: one string, separated by spaces.
  func optionalScopes(_ name: String) throws -> ScopeSet? {
    guard let value = try optional(name) else { return nil }
    let names =
      try value.stringValue.map { $0.split(separator: " ").map(String.init) } ?? optionalStrings(name) ?? []
    let scopes = try ScopeSet(parsing: names)
    guard !scopes.isEmpty else { throw APIError.invalid(pointer.appending(name), "names no scope") }
    return scopes
  }
}
