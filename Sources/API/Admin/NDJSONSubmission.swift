import HTTP
import JSON
import Transmitter

/// A body of newline-delimited JSON: each line is an event of its own, accepted or refused by itself, and has
/// a line of its own in the answer.
struct NDJSONSubmission: Sendable {
  /// This many lines share a transaction, so that a long body never holds up everyone else's commits.
  private static let linesPerTransaction = 100

  private let lines: [(number: Int, bytes: ArraySlice<UInt8>)]

  init(_ body: [UInt8]) {
    lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .filter { line in !line.element.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
      .map { (number: $0.offset + 1, bytes: $0.element) }
  }

  /// 202 if every line was accepted, 207 if some were, 400 if none was; always with a result for each line.
  func submit(to intake: Intake, idempotencyKey key: IdempotencyKey?) async throws -> Response {
    guard !lines.isEmpty else { throw APIError(.badRequest, .invalidRequest, "the body holds no event") }
    var results: [LineResult] = []
    for start in stride(from: 0, to: lines.count, by: Self.linesPerTransaction) {
      let part = lines[start..<min(start + Self.linesPerTransaction, lines.count)]
      results += try await submit(part, to: intake, key?.part(start))
    }
    return response(results)
  }

  private func submit(
    _ lines: ArraySlice<(number: Int, bytes: ArraySlice<UInt8>)>, to intake: Intake, _ key: IdempotencyKey?
  ) async throws -> [LineResult] {
    var results: [LineResult] = []
    var good: [(number: Int, submission: EventSubmission)] = []
    for line in lines {
      do {
        good.append((line.number, try Self.submission(line.bytes)))
      } catch {
        results.append(LineResult(line: line.number, outcome: .failure(error)))
      }
    }
    let outcomes = try await accept(good.map(\.submission), by: intake, key)
    results += zip(good, outcomes).map { LineResult(line: $0.number, outcome: $1) }
    return results.sorted { $0.line < $1.line }
  }

  /// A part that could not be kept is told in its lines: other parts may have been kept before it.
  private func accept(
    _ submissions: [EventSubmission], by intake: Intake, _ key: IdempotencyKey?
  ) async throws -> [Result<AcceptedEvent, any Error>] {
    guard !submissions.isEmpty else { return [] }
    do {
      return try await intake.accept(submissions, idempotencyKey: key).map { .success($0) }
    } catch let error as StoreError {
      return submissions.map { _ in .failure(error) }
    }
  }

  private static func submission(_ bytes: ArraySlice<UInt8>) throws -> EventSubmission {
    do {
      return try EventSubmission(JSONValue(parsing: bytes, options: .request))
    } catch let error as JSONSyntaxError {
      // Its own line number would always be 1.
      throw APIError(
        .badRequest, .invalidRequest,
        "the line is not valid JSON: column \(error.position.column): \(error.reason)")
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
