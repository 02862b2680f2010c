import HTTP
import JSON
import Transmitter

/// The audit log: reading it, and proving it whole.
struct AuditEndpoints: Sendable {
  private static let usualPage: Int64 = 100
  private static let longestPage: Int64 = 500

  let log: AuditLog

  func add(to router: inout Router<Endpoint>) {
    router.add(.get, "/v1/audit", Endpoint(.scope(.admin), respond: list))
    router.add(.post, "/v1/audit/verify", Endpoint(.scope(.admin), respond: verify))
  }

  private func list(_ call: Call) async throws -> Response {
    let query = try RequestQuery(call, allowing: ["actor", "target", "since", "until", "before", "limit"])
    let filter = AuditFilter(
      actor: query.text("actor"), target: query.text("target"), since: try query.optionalTime("since"),
      until: try query.optionalTime("until"), before: try query.optionalInteger("before", in: 1...Int64.max))
    let limit = try query.optionalInteger("limit", in: 1...Self.longestPage) ?? Self.usualPage
    let page = try await log.entries(filter, atMost: Int(limit))
    var json: JSONObject = ["entries": .array(try page.entries.map(json))]
    json["next"] = page.next.map(JSONValue.integer)
    return .json(.object(json))
  }

  /// The members of the line that was hashed, and the hash.
  private func json(_ entry: AuditEntry) throws -> JSONValue {
    var members = try entry.json.objectValue ?? [:]
    members["hash"] = .string(entry.link.hexadecimal)
    return .object(members)
  }

  /// The body may name an entry that was noted earlier, `{"seq": …, "hash": …}`: the log must still have it.
  private func verify(_ call: Call) async throws -> Response {
    let body = try call.bodyObject(orEmpty: true)
    try body.allowOnly(["seq", "hash"])
    let verification = try await log.verify(against: body.optionalLink())
    return .json([
      "valid": .bool(verification.isValid),
      "checked": .integer(Int64(verification.count)),
      "begin": json(verification.begin),
      "head": json(verification.head),
      "fault_count": .integer(Int64(verification.faultCount)),
      "faults": .array(verification.faults.map(json)),
    ])
  }

  private func json(_ link: AuditLink) -> JSONValue {
    ["seq": .integer(link.sequence), "hash": .string(link.hexadecimal)]
  }

  private func json(_ fault: AuditFault) -> JSONValue {
    [
      "seq": .integer(fault.sequence), "fault": .string(fault.name), "detail": .string(fault.description),
    ]
  }
}

extension RequestObject {
  fileprivate func optionalLink() throws(APIError) -> AuditLink? {
    guard try !members().isEmpty else { return nil }
    try require(["seq", "hash"])
    guard let sequence = try optionalInteger("seq", in: 0...Int64.max),
      let link = AuditLink(sequence: sequence, hexadecimal: try string("hash"))
    else { throw .invalid(pointer.appending("hash"), "must be 64 hexadecimal digits in lower case") }
    return link
  }
}
