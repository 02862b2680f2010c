import HTTP
import JSON

/// A line of a body of newline-delimited JSON.
struct NDJSONLine: Sendable {
  /// Counted from 1, blank lines too.
  let number: Int
  private let bytes: ArraySlice<UInt8>

  /// The lines of a body that are not blank.
  static func lines(of body: [UInt8]) -> [NDJSONLine] {
    body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .filter { line in !line.element.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
      .map { NDJSONLine(number: $0.offset + 1, bytes: $0.element) }
  }

  /// - Throws: 400 with the column of what is not JSON.
  func value() throws(APIError) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes, options: .request)
    } catch {
      // Its own line number would always be 1.
      throw APIError(
        .badRequest, .invalidRequest,
        "the line is not valid JSON: column \(error.position.column): \(error.reason)")
    }
  }
}

extension APIError {
  /// The refusal of a whole body for one of its lines; pointers are into that line.
  func inLine(_ number: Int) -> APIError {
    var error = APIError(status, kind, "line \(number): \(detail)")
    error.faults = faults.map { Fault(pointer: $0.pointer, text: "line \(number): \($0.text)") }
    return error
  }
}
