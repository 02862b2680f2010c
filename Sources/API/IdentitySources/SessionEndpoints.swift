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

extension Call {
  /// Whether the caller only wants to know what would happen. A mistyped wish must not start anything.
  var isDryRun: Bool {
    get throws(APIError) {
      let items = request.target.queryItems
      guard items.count <= 1, items.allSatisfy({ $0.name == "dry_run" }) else {
        throw APIError(.badRequest, .invalidRequest, "the only query parameter here is dry_run, once")
      }
      switch items.first?.value {
      case nil, "false": return false
      case "true", "": return true
      default:
        throw APIError(.badRequest, .invalidRequest, "the query parameter dry_run must be true or false")
      }
    }
  }
}

extension ImportSession {
  /// How far it is, and what it has done.
  func progress(in engine: ImportEngine) -> JSONObject {
    var json: JSONObject = ["uploads": .integer(Int64(uploads)), "records": .integer(Int64(records))]
    json["phase"] = phase.map { .string($0.rawValue) }
    json["compared"] = engine.compared(in: self).map { .integer(Int64($0)) }
    json["report"] = .object(report.json)
    return json
  }
}

extension ImportPreview {
  /// What an import would do, and the first of the events that it would send.
  var json: JSONValue {
    var json = report.json
    json["held"] = .bool(isHeld)
    json["limit"] = .integer(Int64(limit))
    json["would_send"] = .array(
      events.map { event in
        [
          "identity": .string(event.identity), "rule": .string(event.rule), "type": .string(event.type),
          "subject": event.subject, "members": .object(event.members),
        ]
      })
    return .object(json)
  }
}
