import HTTP
import JOSE
import JSON
import OpenSSL
import Transmitter

/// The signing keys: what may be shown of them, and how they come and go. No answer holds a private key.
struct KeyEndpoints: Sendable {
  let ring: KeyRing

  func add(to router: inout Router<Endpoint>) {
    router.add(.get, "/v1/keys", Endpoint(.scope(.admin), respond: list))
    router.add(.get, "/v1/keys/{kid}", Endpoint(.scope(.admin), respond: show))
    router.add(.get, "/v1/keys/export", Endpoint(.scope(.admin), respond: export))
    router.add(.post, "/v1/keys/rotate", Endpoint(.scope(.admin), respond: rotate))
    router.add(.post, "/v1/keys/import", Endpoint(.scope(.admin), respond: adopt))
    router.add(.post, "/v1/keys/{kid}/retire", Endpoint(.scope(.admin), respond: retire))
  }

  // MARK: - Showing

  private func list(_ call: Call) async throws -> Response {
    .json(["keys": .array(ring.all.map { .object(json($0)) })])
  }

  /// A key with its public half.
  private func show(_ call: Call) async throws -> Response {
    let key = try ring.key(call.path("kid"))
    var json = json(key)
    json["public_key"] = key.publicKey.json
    return .json(.object(json))
  }

  /// The key set of `?purpose=` (by default of SETs), as it is published.
  private func export(_ call: Call) async throws -> Response {
    let name = call.request.target.query("purpose") ?? SigningKey.Purpose.set.rawValue
    return .json(ring.published(for: try Self.purpose(name, at: ["purpose"])).json)
  }

  // MARK: - Changing

  /// Publishes successors: for all algorithms of a purpose (by default of SETs), or for one.
  private func rotate(_ call: Call) async throws -> Response {
    let body = try call.bodyObject(orEmpty: true)
    try body.allowOnly(["purpose", "alg"])
    let purpose = try purpose(of: body)
    var successors: [JSONValue] = []
    for algorithm in try algorithms(of: body) {
      let use = SigningKey.Use(purpose: purpose, algorithm: algorithm)
      successors.append(.object(json(try await ring.rotate(use))))
    }
    return .json(["keys": .array(successors)])
  }

  /// Answers with the keys that are left of the same use.
  private func retire(_ call: Call) async throws -> Response {
    let body = try call.bodyObject(orEmpty: true)
    try body.allowOnly(["now"])
    let key = try ring.key(call.path("kid"))
    if try body.optionalBoolean("now") ?? false {
      try await ring.withdraw(key.id)
    } else {
      try await ring.retire(key.id)
    }
    return .json(["keys": .array(ring.all.filter { $0.use == key.use }.map { .object(json($0)) })])
  }

  private func adopt(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["pem", "purpose", "now"])
    let key = try await ring.add(
      privateKey(of: body), for: purpose(of: body), atOnce: body.optionalBoolean("now") ?? false)
    return .json(.object(json(key)), status: .created)
  }

  private func privateKey(of body: RequestObject) throws -> PrivateKey {
    do {
      return try PrivateKey(importing: Array(body.string("pem").utf8))
    } catch let error as KeyError {
      throw APIError.invalid(body.pointer.appending("pem"), error.description)
    }
  }

  private func purpose(of body: RequestObject) throws -> SigningKey.Purpose {
    guard let name = try body.optionalString("purpose") else { return .set }
    return try Self.purpose(name, at: body.pointer.appending("purpose"))
  }

  private static func purpose(_ name: String, at pointer: JSONPointer) throws(APIError) -> SigningKey.Purpose
  {
    guard let purpose = SigningKey.Purpose(rawValue: name) else {
      throw .invalid(pointer, "must be set or token")
    }
    return purpose
  }

  private func algorithms(of body: RequestObject) throws -> [SignatureAlgorithm] {
    guard let name = try body.optionalString("alg") else { return SignatureAlgorithm.allCases }
    guard let algorithm = SignatureAlgorithm(rawValue: name) else {
      throw APIError.invalid(body.pointer.appending("alg"), "must be RS256 or ES256")
    }
    return [algorithm]
  }

  /// `until`: when a pending key becomes active, when a retiring one goes.
  private func json(_ key: SigningKey) -> JSONObject {
    var json: JSONObject = [
      "kid": .string(key.id),
      "purpose": .string(key.purpose.rawValue),
      "alg": .string(key.algorithm.rawValue),
      "state": .string(key.state.rawValue),
      "created": .string(key.created.description),
      "since": .string(key.since.description),
    ]
    json["until"] = key.until.map { .string($0.description) }
    return json
  }
}
