import HTTP
import IdentitySources
import JSON
import Transmitter

/// Single users, as Okta's Identity Source API has them: each change is compared and told like one of an import.
struct UserEndpoints: Sendable {
  private static let users = "/api/v1/identity-sources/{source_id}/users"
  private static let user = users + "/{external_id}"

  let identities: IdentityDesk

  func add(to router: inout Router<Endpoint>) {
    let (read, manage) = (AccessRule.scope(.readIdentitySources), AccessRule.scope(.manageIdentitySources))
    router.add(.post, Self.users, Endpoint(manage, rate: .intake, respond: create))
    router.add(.get, Self.user, Endpoint(read, respond: show))
    router.add(.put, Self.user, Endpoint(manage, rate: .intake, respond: replace))
    router.add(.patch, Self.user, Endpoint(manage, rate: .intake, respond: update))
    router.add(.delete, Self.user, Endpoint(manage, rate: .intake, respond: delete))
  }

  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    let externalID = try body.externalID(atMost: .user)
    return try await change(externalID, .create(profile(body)), call)
  }

  private func show(_ call: Call) async throws -> Response {
    let identity = try await identities.identity(call.path("external_id"), of: call.path("source_id"))
    return .json(json(identity))
  }

  private func replace(_ call: Call) async throws -> Response {
    let (externalID, body) = try named(call)
    return try await change(externalID, .replace(profile(body)), call)
  }

  private func update(_ call: Call) async throws -> Response {
    let (externalID, body) = try named(call)
    return try await change(externalID, .merge(profile(body)), call)
  }

  private func delete(_ call: Call) async throws -> Response {
    _ = try await identities.change(call.path("external_id"), of: call.path("source_id"), .delete)
    return .noContent
  }

  /// The user that path and body name; the body need not, but must not name another.
  private func named(_ call: Call) throws -> (externalID: String, body: RequestObject) {
    let (externalID, body) = (try call.path("external_id"), try call.bodyObject())
    if let other = try body.optionalString("externalId"), other != externalID {
      throw APIError.invalid(["externalId"], "must be the one in the path, or left out")
    }
    return (externalID, body)
  }

  private func profile(_ body: RequestObject) throws -> IdentityProfile {
    try IdentityProfile(body.require("profile"), at: ["profile"])
  }

  private func change(_ externalID: String, _ change: IdentityDesk.Change, _ call: Call) async throws
    -> Response
  {
    let outcome = try await identities.change(externalID, of: call.path("source_id"), change)
    return .json(outcome.identity.map(json) ?? [:])
  }

  private func json(_ identity: StoredIdentity) -> JSONValue {
    [
      "id": .string(identity.id), "externalId": .string(identity.externalID),
      "created": .string(identity.created.description), "lastUpdated": .string(identity.updated.description),
      "profile": .object(identity.profile.attributes),
    ]
  }
}
