import JSON
import POSIX

/// Why a file cannot be imported.
enum ImportFileError: Error, CustomStringConvertible {
  case unreadable(String, SystemError)
  case unknownFormat(String)
  case noArray
  case openQuote
  case textAfterQuote
  /// Rows count from 1, behind the line that names the columns.
  case returnAlone(row: Int)
  case notUTF8(row: Int)
  case noHeader
  case columnTwice(String)
  case nobody
  case noIDColumn([String])
  case noColumn(String, known: [String])
  case wrongFieldCount(row: Int, found: Int, expected: Int)
  case noObject(record: Int)
  case syntax(record: Int, JSONSyntaxError)
  case noID(record: Int, String)
  case nestedValue(record: Int, String)

  var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unknownFormat(let path):
      "\(path) ends with none of .json, .ndjson and .csv; say which with --format"
    case .noArray: "the file is no JSON array of records; one record per line is --format ndjson"
    case .openQuote: "a quoted field of the file is never closed"
    case .textAfterQuote: "text stands behind the closing quotation mark of a field"
    case .returnAlone(let row):
      "\(Self.place(row)) has a carriage return without a line feed; end lines with one, or quote the field"
    case .notUTF8(let row): "\(Self.place(row)) is not UTF-8; save the file in that encoding"
    case .columnTwice(let name): "two columns are called '\(name)'; rename one"
    case .nobody: "the file holds no records; a full import of it would delete everybody"
    case .noHeader: "the file is empty: its first line must name the columns"
    case .noIDColumn(let names):
      "no column is externalId, external_id or id; name the one that identifies people with --id (there are "
        + "\(names.joined(separator: ", ")))"
    case .noColumn(let name, let known):
      "there is no column '\(name)'; there are \(known.joined(separator: ", "))"
    case .wrongFieldCount(let row, let found, let expected):
      "row \(row) has \(found) fields, the first line names \(expected)"
    case .noObject(let record): "record \(record) is no object"
    case .syntax(let record, let error): "record \(record) is not valid JSON: \(error)"
    case .noID(let record, let name): "record \(record) has no \(name)"
    case .nestedValue(let record, let name):
      "record \(record): \(name) is an array or object; attributes are texts"
    }
  }

  private static func place(_ row: Int) -> String { row == 0 ? "the first line" : "row \(row)" }
}
