import HTTP
import JSON
import Transmitter

/// A body of newline-delimited JSON: each line is an event of its own, accepted or refused by itself, and has
/// a line of its own in the answer.
struct NDJSONSubmission: Sendable {
  /// This many lines share a transaction, so that a long body never holds up everyone else's commits.
  private static let linesPerTransaction = 100

  private typealias SubmittedLine = (number: Int, submission: EventSubmission)

  private let lines: [NDJSONLine]

  init(_ body: [UInt8]) {
    lines = NDJSONLine.lines(of: body)
  }

  /// 202 if every line was accepted, 207 if some were, 400 if none was; always with a result for each line.
  ///
  /// - Throws: `StoreError` where nothing was accepted because nothing could be kept: all of it may be sent again.
  func submit(to intake: Intake, idempotencyKey key: IdempotencyKey?) async throws -> Response {
    guard !lines.isEmpty else { throw APIError(.badRequest, .invalidRequest, "the body holds no event") }
    var results: [LineResult] = []
    var parts = 0
    for start in stride(from: 0, to: lines.count, by: Self.linesPerTransaction) {
      let end = min(start + Self.linesPerTransaction, lines.count)
      let (good, refused) = Self.read(lines[start..<end], under: intake.policy)
      results += refused
      guard !good.isEmpty else { continue }
      results += try await accept(good, by: intake, key?.part(parts))
      parts += 1
    }
    if let failure = Self.storeFailure(in: results) { throw failure }
    return response(results.sorted { $0.line < $1.line })
  }

  private static func storeFailure(in results: [LineResult]) -> StoreError? {
    guard results.allSatisfy(\.isRefused) else { return nil }
    return results.lazy.compactMap(\.storeFailure).first
  }

  private static func read(
    _ lines: ArraySlice<NDJSONLine>, under policy: EventPolicy
  ) -> (good: [SubmittedLine], refused: [LineResult]) {
    var good: [SubmittedLine] = []
    var refused: [LineResult] = []
    for line in lines {
      do {
        good.append((line.number, try EventSubmission(line.value(), under: policy)))
      } catch {
        refused.append(LineResult(line: line.number, outcome: .failure(error)))
      }
    }
    return (good, refused)
  }

  /// A part that could not be kept is told in its lines: other parts may have been kept before it.
  private func accept(
    _ lines: [SubmittedLine], by intake: Intake, _ key: IdempotencyKey?
  ) async throws -> [LineResult] {
    do {
      let accepted = try await intake.accept(lines.map(\.submission), idempotencyKey: key)
      return zip(lines, accepted).map { LineResult(line: $0.number, outcome: .success($1)) }
    } catch let error as StoreError {
      return lines.map { LineResult(line: $0.number, outcome: .failure(error)) }
    }
  }

  private func response(_ results: [LineResult]) -> Response {
    let refused = results.count { $0.isRefused }
    let status: HTTPStatus =
      refused == 0 ? .accepted : refused == results.count ? .badRequest : .multiStatus
    let body = results.flatMap { $0.json.serialized() + [UInt8(ascii: "\n")] }
    return Response(
      status: status, fields: ["Content-Type": "application/x-ndjson", "Cache-Control": "no-store"],
      body: body)
  }
}

/// What became of one line.
private struct LineResult {
  let line: Int
  let outcome: Result<AcceptedEvent, any Error>

  var isRefused: Bool {
    if case .failure = outcome { true } else { false }
  }

  var storeFailure: StoreError? {
    if case .failure(let error as StoreError) = outcome { error } else { nil }
  }

  var json: JSONValue {
    var json: JSONObject = ["line": .integer(Int64(line))]
    switch outcome {
    case .success(let accepted):
      json["status"] = 202
      for (name, value) in accepted.json.objectValue ?? [:] { json[name] = value }
    case .failure(let error):
      let refusal = APIError(error)
      json["status"] = .integer(Int64(refusal.status.code))
      json["detail"] = .string(refusal.detail)
      if !refusal.faults.isEmpty { json["errors"] = .array(refusal.faults.map(\.json)) }
    }
    return .object(json)
  }
}
