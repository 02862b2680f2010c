import HTTP
import Transmitter

/// Adding subjects to a stream and removing them (SSF §8.1.3), in the families that know it.
struct SubjectEndpoints: Sendable {
  /// Far more than any subject needs: what of it is remembered must stay small.
  private static let bodyLimit = 16 * 1024

  let registry: StreamRegistry

  func add(_ dialect: Dialect, to router: inout Router<Endpoint>) {
    guard let paths = dialect.subjectPaths else { return }
    router.add(.post, paths.addition, endpoint(addSubject))
    router.add(.post, paths.removal, endpoint(removeSubject))
  }

  private func endpoint(_ respond: @escaping @Sendable (Call) async throws -> Response) -> Endpoint {
    Endpoint(.scope(.manage), bodyLimit: Self.bodyLimit, respond: respond)
  }

  private func addSubject(_ call: Call) async throws -> Response {
    let request = try SubjectRequest(call.bodyObject())
    try await registry.addSubject(
      request.subject, verified: request.isVerified, to: request.streamID, of: call.owner)
    return Response(status: .ok, fields: ["Cache-Control": "no-store"])
  }

  private func removeSubject(_ call: Call) async throws -> Response {
    let request = try SubjectRequest(call.bodyObject())
    try await registry.removeSubject(request.subject, from: request.streamID, of: call.owner)
    return .noContent
  }
}
