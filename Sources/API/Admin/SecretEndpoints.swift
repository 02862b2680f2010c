import HTTP
import JSON
import Transmitter

/// The secrets with which a client gets access tokens (RFC 6749 §2.3.1): two at most, so that one can take the
/// place of the other without a gap. The text of a secret is in the answer that makes it, and nowhere after.
struct SecretEndpoints: Sendable {
  let access: AccessDirectory

  func add(to router: inout Router<Endpoint>) {
    let collection = "/v1/clients/{client_id}/secrets"
    router.add(.post, collection, Endpoint(.scope(.admin), respond: create))
    router.add(.get, collection, Endpoint(.scope(.admin), respond: list))
    router.add(.delete, collection + "/{secret_id}", Endpoint(.scope(.admin), respond: delete))
  }

  /// There is nothing to say in the body; it may be left out.
  private func create(_ call: Call) async throws -> Response {
    try call.bodyObject(orEmpty: true).allowOnly([])
    let (secret, text) = try await access.createSecret(for: call.path("client_id"))
    var json = json(secret)
    json["client_secret"] = .string(text)
    return .json(.object(json), status: .created)
  }

  private func list(_ call: Call) async throws -> Response {
    let client = try access.client(call.path("client_id"))
    return .json(["secrets": .array(access.secrets(of: client.id).map { .object(json($0)) })])
  }

  private func delete(_ call: Call) async throws -> Response {
    try await access.deleteSecret(call.path("secret_id"), of: call.path("client_id"))
    return .noContent
  }

  private func json(_ secret: ClientSecret) -> JSONObject {
    [
      "id": .string(secret.id),
      "client_id": .string(secret.clientID),
      "created": .string(secret.created.description),
    ]
  }
}
