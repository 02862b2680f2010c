import ArgumentParser
import Glibc
import JSON
import POSIX

/// A file of identities, read a piece at a time and handed on as records of the admin API.
struct ImportFile: Sendable {
  enum Format: String, CaseIterable, ExpressibleByArgument, Sendable { case json, ndjson, csv }

  private static let pieceBytes = 1 << 20

  let path: String
  let format: Format
  let mapping: RecordMapping
  /// What stands between the columns of a table.
  let separator: UInt8

  /// - Parameter format: nil for what the name ends with.
  init(
    _ path: String, format: Format?, separator: UInt8 = UInt8(ascii: ","), mapping: RecordMapping
  ) throws(ImportFileError) {
    let ending = path.split(separator: ".").last.map { $0.lowercased() }
    guard let format = format ?? ending.flatMap(Format.init) else { throw .unknownFormat(path) }
    self.path = path
    self.format = format
    self.mapping = mapping
    self.separator = separator
  }

  /// Hands each record on, in order.
  func forEachRecord(_ body: (JSONValue) async throws -> Void) async throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw ImportFileError.unreadable(path, .last) }
    defer { close(file) }
    var reader = RecordReader(format, mapping, CSVParser(separator: separator))
    var isFirst = true
    while let piece = try piece(of: file) {
      for record in try reader.feed(isFirst ? piece.withoutByteOrderMark : piece) { try await body(record) }
      isFirst = false
    }
    for record in try reader.finish() { try await body(record) }
  }

  private func piece(of file: Int32) throws(ImportFileError) -> [UInt8]? {
    var count = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, initialized in
      repeat { count = read(file, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
      initialized = max(count, 0)
    }
    guard count >= 0 else { throw .unreadable(path, .last) }
    return count == 0 ? nil : bytes
  }
}

/// Turns the bytes of a file into records.
private struct RecordReader {
  private let mapping: RecordMapping
  private let format: ImportFile.Format
  private var lines = LineSplitter()
  private var elements = JSONElementSplitter()
  private var table: CSVParser
  private var header: [String]?
  private var number = 0

  init(_ format: ImportFile.Format, _ mapping: RecordMapping, _ table: CSVParser) {
    self.table = table
    self.format = format
    self.mapping = mapping
  }

  mutating func feed(_ bytes: [UInt8]) throws(ImportFileError) -> [JSONValue] {
    switch format {
    case .csv: try records(rows: table.feed(bytes))
    case .ndjson: try records(texts: lines.feed(bytes))
    case .json: try records(texts: elements.feed(bytes))
    }
  }

  mutating func finish() throws(ImportFileError) -> [JSONValue] {
    switch format {
    case .csv:
      let records = try records(rows: table.finish().map { [$0] } ?? [])
      guard header != nil else { throw .noHeader }
      return records
    case .ndjson: return try records(texts: [lines.finish()])
    case .json:
      try elements.finish()
      return []
    }
  }

  private mutating func records(rows: [[String]]) throws(ImportFileError) -> [JSONValue] {
    var records: [JSONValue] = []
    for row in rows {
      guard let header else {
        try mapping.check(header: row)
        header = row
        continue
      }
      number += 1
      records.append(try mapping.record(row, header: header, number: number))
    }
    return records
  }

  private mutating func records(texts: [[UInt8]]) throws(ImportFileError) -> [JSONValue] {
    var records: [JSONValue] = []
    for text in texts where !text.allSatisfy({ $0 <= 0x20 }) {
      number += 1
      records.append(try mapping.record(object(text), number: number))
    }
    return records
  }

  private func object(_ text: [UInt8]) throws(ImportFileError) -> JSONObject {
    do {
      guard let object = try JSONValue(parsing: text).objectValue else {
        throw ImportFileError.noObject(record: number)
      }
      return object
    } catch let error as JSONSyntaxError {
      throw .syntax(record: number, error)
    } catch {
      throw .noObject(record: number)
    }
  }
}

extension [UInt8] {
  /// The beginning of a file without the mark with which spreadsheets and PowerShell begin theirs.
  fileprivate var withoutByteOrderMark: [UInt8] {
    starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self
  }
}
