import HTTP
import IdentitySources
import JSON
import Transmitter

/// Identity sources, and changes of single identities by whoever hears of them first (a webhook, a script).
struct SourceAdminEndpoints: Sendable {
  private static let sources = "/v1/identity-sources"
  private static let source = sources + "/{source_id}"

  let parts: IdentitySourceParts

  func add(to router: inout Router<Endpoint>) {
    router.add(.post, Self.sources, Endpoint(.scope(.admin), respond: create))
    router.add(.get, Self.sources, Endpoint(.scope(.readIdentitySources), respond: list))
    router.add(.get, Self.source, Endpoint(.scope(.readIdentitySources), respond: show))
    router.add(.delete, Self.source, Endpoint(.scope(.admin), respond: delete))
    router.add(
      .post, Self.source + "/changes",
      Endpoint(.scope(.manageIdentitySources), rate: .intake, respond: change))
  }

  private func create(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["id", "description"])
    let source = try await parts.sources.create(
      body.string("id"), description: body.optionalString("description"))
    return .json(json(source), status: .created)
  }

  private func list(_ call: Call) async throws -> Response {
    .json(["identity_sources": .array(try await parts.sources.all().map(json))])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(json(try await parts.sources.source(call.path("source_id"))))
  }

  private func delete(_ call: Call) async throws -> Response {
    try await parts.sources.delete(call.path("source_id"))
    return .noContent
  }

  private func json(_ source: IdentitySource) -> JSONValue {
    var json: JSONObject = ["id": .string(source.id)]
    json["description"] = source.description.map(JSONValue.string)
    json["identities"] = .integer(Int64(source.identities))
    json["created"] = .string(source.created.description)
    return .object(json)
  }

  // MARK: - Single changes

  /// One identity's change, in the form of an import's record: what it was and is, and how many events tell of it.
  private func change(_ call: Call) async throws -> Response {
    let record = try ImportRecord(try call.bodyObject())
    let outcome = try await parts.identities.change(
      record.externalID, of: call.path("source_id"), record.change)
    var json: JSONObject = ["external_id": .string(record.externalID)]
    json["kind"] = outcome.change.map { .string($0.kind.rawValue) } ?? .null
    json["changes"] = .array(outcome.change?.attributes.map(\.json) ?? [])
    json["events"] = .integer(Int64(outcome.report.events))
    json["faults"] = outcome.report.json["faults"]
    return .json(.object(json), status: .accepted)
  }
}
