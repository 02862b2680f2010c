import HTTP
import IdentitySources
import JSON
import Transmitter

/// Sessions as Okta's Identity Source API has them.
struct SessionEndpoints: Sendable {
  static let sessions = "/api/v1/identity-sources/{source_id}/sessions"
  static let session = sessions + "/{session_id}"

  let parts: IdentitySourceParts

  func add(to router: inout Router<Endpoint>) {
    let (read, manage) = (AccessRule.scope(.readIdentitySources), AccessRule.scope(.manageIdentitySources))
    router.add(.post, Self.sessions, Endpoint(manage, respond: create))
    router.add(.get, Self.sessions, Endpoint(read, respond: list))
    router.add(.get, Self.session, Endpoint(read, respond: show))
    router.add(.delete, Self.session, Endpoint(manage, respond: delete))
    router.add(.post, Self.session + "/start-import", Endpoint(manage, respond: start))
  }

  private func create(_ call: Call) async throws -> Response {
    let session = try await parts.sessions.create(of: call.path("source_id"))
    return answer(json(session), status: parts.policy.answersCreated ? .created : .ok)
  }

  private func list(_ call: Call) async throws -> Response {
    let sessions = try await parts.sessions.sessions(of: call.path("source_id"))
    return .json(.array(sessions.map { .object(json($0)) }))
  }

  private func show(_ call: Call) async throws -> Response {
    .json(
      .object(json(try await parts.sessions.session(call.path("session_id"), of: call.path("source_id")))))
  }

  private func delete(_ call: Call) async throws -> Response {
    try await parts.sessions.close(call.path("session_id"), of: call.path("source_id"))
    return .noContent
  }

  private func start(_ call: Call) async throws -> Response {
    let (id, source) = (try call.path("session_id"), try call.path("source_id"))
    guard try call.isDryRun else {
      return answer(json(try await parts.sessions.start(id, of: source)))
    }
    let session = try await parts.sessions.session(id, of: source)
    var json = json(session)
    json["dryRun"] = try await parts.imports.dryRun(session).json
    return answer(json)
  }

  private func answer(_ json: JSONObject, status: HTTPStatus = .ok) -> Response {
    .json(parts.policy.answersLists ? .array([.object(json)]) : .object(json), status: status)
  }

  /// What Okta's clients know, and after it what the import has done so far.
  private func json(_ session: ImportSession) -> JSONObject {
    var json: JSONObject = [
      "id": .string(session.id), "identitySourceId": .string(session.sourceID),
      "status": .string(session.status.rawValue), "importType": "INCREMENTAL",
      "created": .string(session.created.description), "lastUpdated": .string(session.updated.description),
    ]
    json["progress"] = .object(session.progress(in: parts.imports))
    return json
  }
}
