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
    let target = call.request.target
    let filter = AuditFilter(
      actor: target.query("actor"), target: target.query("target"), since: try target.queryTime("since"),
      until: try target.queryTime("until"), before: try target.queryInteger("before", in: 1...Int64.max))
    let limit = try target.queryInteger("limit", in: 1...Self.longestPage) ?? Self.usualPage
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

extension RequestTarget {
  fileprivate func queryTime(_ name: String) throws(APIError) -> Timestamp? {
    guard let text = query(name) else { return nil }
    guard let milliseconds = RFC3339.parse(text) else {
      throw APIError(
        .badRequest, .invalidRequest,
        "the query parameter \(name) must be a time such as 2027-01-15T08:00:00Z")
    }
    return Timestamp(milliseconds: milliseconds)
  }

  fileprivate func queryInteger(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let text = query(name) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw APIError(
        .badRequest, .invalidRequest,
        "the query parameter \(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
