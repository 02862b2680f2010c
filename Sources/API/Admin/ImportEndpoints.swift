import HTTP
import IdentitySources
import JSON
import Transmitter

/// Imports, as administrators make, watch and decide on them. Those of the Identity Source API are among them.
struct ImportEndpoints: Sendable {
  private static let imports = "/v1/imports"
  private static let one = imports + "/{import_id}"
  private static let mostRecords = 10_000

  let parts: IdentitySourceParts
  let bodyLimit: Int

  func add(to router: inout Router<Endpoint>) {
    let (read, manage) = (AccessRule.scope(.readIdentitySources), AccessRule.scope(.manageIdentitySources))
    router.add(.post, Self.imports, Endpoint(manage, respond: create))
    router.add(.get, Self.imports, Endpoint(read, respond: list))
    router.add(.get, Self.one, Endpoint(read, respond: show))
    router.add(.delete, Self.one, Endpoint(manage, respond: delete))
    router.add(
      .post, Self.one + "/records", Endpoint(manage, bodyLimit: bodyLimit, rate: .intake, respond: upload))
    router.add(.post, Self.one + "/start", Endpoint(manage, respond: start))
    router.add(.post, Self.one + "/approve", Endpoint(.scope(.admin), respond: approve))
    router.add(.post, Self.one + "/discard", Endpoint(.scope(.admin), respond: discard))
  }

  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["source", "full"])
    let session = try await parts.sessions.createImport(
      of: body.string("source"), isFull: body.optionalBoolean("full") ?? false)
    return .json(json(session), status: .created)
  }

  private func list(_ call: Call) async throws -> Response {
    let sessions =
      if let source = try RequestQuery(call, allowing: ["source"]).text("source") {
        try await parts.sessions.sessions(of: source)
      } else {
        try await parts.sessions.sessions()
      }
    return .json(["imports": .array(sessions.map(json))])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(json(try await parts.sessions.session(call.path("import_id"), of: nil)))
  }

  private func delete(_ call: Call) async throws -> Response {
    try await parts.sessions.close(call.path("import_id"), of: nil)
    return .noContent
  }

  /// Takes an array of records, or NDJSON; all of them or none.
  private func upload(_ call: Call) async throws -> Response {
    let records = try records(call)
    guard (1...Self.mostRecords).contains(records.count) else {
      throw APIError.invalid(.root, "must hold 1 to \(Self.mostRecords) records, not \(records.count)")
    }
    let id = try call.path("import_id")
    let session = try await parts.sessions.session(id, of: nil)
    try await parts.sessions.add(records.uploads(isFull: session.isFull), to: id, of: nil)
    return .json(["records": .integer(Int64(records.count))], status: .accepted)
  }

  private func records(_ call: Call) throws -> [ImportRecord] {
    if call.request.mediaType == "application/x-ndjson" { return try lines(call.request.body) }
    let body = try JSONValue(parsing: call.request.body, options: .request)
    guard let elements = body.arrayValue else {
      throw APIError.invalid(.root, "must be an array of records, or NDJSON; not \(body.typeName)")
    }
    return try elements.enumerated().map { index, element in
      try ImportRecord(RequestObject(element, at: JSONPointer.root.appending(index)))
    }
  }

  private func lines(_ body: [UInt8]) throws -> [ImportRecord] {
    try NDJSONLine.lines(of: body).map { line in
      do {
        return try ImportRecord(RequestObject(line.value()))
      } catch {
        throw APIError(error).inLine(line.number)
      }
    }
  }

  private func start(_ call: Call) async throws -> Response {
    let id = try call.path("import_id")
    guard try call.isDryRun else {
      return .json(json(try await parts.sessions.start(id, of: nil)), status: .accepted)
    }
    return .json(try await parts.imports.dryRun(parts.sessions.session(id, of: nil)).json)
  }

  private func approve(_ call: Call) async throws -> Response {
    .json(json(try await parts.sessions.approve(call.path("import_id"))))
  }

  private func discard(_ call: Call) async throws -> Response {
    .json(json(try await parts.sessions.discard(call.path("import_id"))))
  }

  private func json(_ session: ImportSession) -> JSONValue {
    var json: JSONObject = [
      "id": .string(session.id), "source": .string(session.sourceID),
      "status": .string(session.status.rawValue), "origin": .string(session.origin.rawValue),
      "full": .bool(session.isFull), "created": .string(session.created.description),
      "updated": .string(session.updated.description),
    ]
    json["started"] = session.triggered.map { .string($0.description) }
    for (name, value) in session.progress(in: parts.imports) { json[name] = value }
    return .object(json)
  }
}
