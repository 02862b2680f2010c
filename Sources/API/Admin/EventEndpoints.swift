import HTTP
import JSON
import Transmitter

/// Where producers hand events in: one object, an array (all or none), or NDJSON (line by line). 202 means that
/// the events are on disk.
struct EventEndpoints: Sendable {
  private static let mostInArray = 1000

  let intake: Intake
  let bodyLimit: Int

  func add(to router: inout Router<Endpoint>) {
    router.add(
      .post, "/v1/events", Endpoint(.scope(.emit), bodyLimit: bodyLimit, rate: .intake, respond: submit))
  }

  private func submit(_ call: Call) async throws -> Response {
    if call.request.mediaType == "application/x-ndjson" { return try await submitLines(call) }
    let body = try JSONValue(parsing: call.request.body, options: .request)
    guard let elements = body.arrayValue else {
      let submission = try EventSubmission(body, under: intake.policy)
      let accepted = try await intake.accept([submission], idempotencyKey: idempotencyKey(call))
      return .json(accepted.first?.json ?? [:], status: .accepted)
    }
    let accepted = try await intake.accept(submissions(elements), idempotencyKey: idempotencyKey(call))
    return .json(.array(accepted.map(\.json)), status: .accepted)
  }

  private func submitLines(_ call: Call) async throws -> Response {
    let key = try idempotencyKey(call)
    return try await NDJSONSubmission(call.request.body).submit(to: intake, idempotencyKey: key)
  }

  private func submissions(_ elements: [JSONValue]) throws -> [EventSubmission] {
    guard (1...Self.mostInArray).contains(elements.count) else {
      throw APIError.invalid(.root, "must hold 1 to \(Self.mostInArray) events; send more as NDJSON")
    }
    var submissions: [EventSubmission] = []
    var faults: [APIError.Fault] = []
    for (index, element) in elements.enumerated() {
      do {
        submissions.append(
          try EventSubmission(element, at: JSONPointer.root.appending(index), under: intake.policy))
      } catch {
        faults += error.faults.map { APIError.Fault(pointer: $0.pointer, text: $0.text) }
      }
    }
    guard faults.isEmpty else { throw APIError.invalid(faults) }
    return submissions
  }

  private func idempotencyKey(_ call: Call) throws -> IdempotencyKey? {
    guard let name = call.request.fields["Idempotency-Key"] else { return nil }
    return try IdempotencyKey(name, of: call.principal.clientID, body: call.request.body)
  }
}
