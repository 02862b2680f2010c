import JSON

/// Which column of a file becomes what: the external id, and the attributes.
struct RecordMapping: Sendable {
  private static let usualIDs = ["externalId", "external_id", "id"]

  /// The column of the external id; nil for the first of the usual names that there is.
  let id: String?
  /// Attribute → column; empty for every column under its own name.
  let columns: [(attribute: String, column: String)]

  /// A row of a table as a record, whatever its columns are called. An empty field takes its attribute away.
  func record(_ row: [String], header: [String], number: Int) throws(ImportFileError) -> JSONValue {
    guard row.count == header.count else {
      throw .wrongFieldCount(row: number, found: row.count, expected: header.count)
    }
    var object = JSONObject()
    for (name, value) in zip(header, row) { object[name] = value.isEmpty ? .null : .string(value) }
    return try flatRecord(object, number: number)
  }

  /// What a table must have for this mapping.
  func check(header: [String]) throws(ImportFileError) {
    let double = header.indices.first { header[..<$0].contains(header[$0]) }
    if let double { throw .columnTwice(header[double]) }
    guard let id else {
      guard Self.usualIDs.contains(where: header.contains) else { throw .noIDColumn(header) }
      return try checkColumns(header)
    }
    guard header.contains(id) else { throw .noColumn(id, known: header) }
    try checkColumns(header)
  }

  private func checkColumns(_ header: [String]) throws(ImportFileError) {
    for (_, column) in columns where !header.contains(column) { throw .noColumn(column, known: header) }
  }

  /// An object of a file as a record. One that has `profile` or `deleted` is a record already.
  func record(_ object: JSONObject, number: Int) throws(ImportFileError) -> JSONValue {
    guard object["profile"] != nil || object["deleted"] != nil else {
      return try flatRecord(object, number: number)
    }
    let (idColumn, externalID) = try externalID(of: object, number: number)
    var record: JSONObject = ["external_id": .string(externalID)]
    for (name, value) in object where name != idColumn { record[name] = value }
    return .object(record)
  }

  /// A record of an id and attributes that stand side by side.
  private func flatRecord(_ object: JSONObject, number: Int) throws(ImportFileError) -> JSONValue {
    let (idColumn, externalID) = try externalID(of: object, number: number)
    let profile = try profile(object, without: idColumn, number: number)
    return ["external_id": .string(externalID), "profile": .object(profile)]
  }

  private func externalID(
    of object: JSONObject, number: Int
  ) throws(ImportFileError) -> (column: String, value: String) {
    let column = id ?? Self.usualIDs.first { object[$0] != nil } ?? Self.usualIDs[0]
    guard let value = Self.text(object[column]), !value.isEmpty else {
      throw .noID(record: number, column)
    }
    return (column, value)
  }

  private func profile(
    _ object: JSONObject, without id: String, number: Int
  ) throws(ImportFileError) -> JSONObject {
    var profile = JSONObject()
    let names =
      columns.isEmpty ? object.names.filter { $0 != id }.map { (attribute: $0, column: $0) } : columns
    for (attribute, column) in names {
      guard let value = object[column] else { continue }
      guard value == .null || Self.text(value) != nil else { throw .nestedValue(record: number, column) }
      profile[attribute] = Self.text(value).map(JSONValue.string) ?? .null
    }
    return profile
  }

  private static func text(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text)?: text
    case .bool, .integer, .number: value?.text()
    default: nil
    }
  }
}
