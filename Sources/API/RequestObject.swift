import JSON

/// A JSON object that came in, read member by member with errors that point at the member.
struct RequestObject: Sendable {
  let pointer: JSONPointer
  private let json: JSONValue

  init(_ json: JSONValue, at pointer: JSONPointer = .root) {
    self.json = json
    self.pointer = pointer
  }

  /// The members.
  ///
  /// - Throws: 400 if this is no object.
  func members() throws(APIError) -> JSONObject {
    guard let object = json.objectValue else {
      throw .invalid(pointer, "must be an object, not \(json.typeName)")
    }
    return object
  }

  /// A member, or nil where it is absent or null.
  func optional(_ name: String) throws(APIError) -> JSONValue? {
    let value = try members()[name]
    return value == .null ? nil : value
  }

  func optionalString(_ name: String) throws(APIError) -> String? {
    guard let value = try optional(name) else { return nil }
    guard let text = value.stringValue else { throw mismatch(name, "a string", value) }
    return text
  }

  func string(_ name: String) throws(APIError) -> String {
    guard let text = try optionalString(name) else { throw .invalid(pointer.appending(name), "is missing") }
    return text
  }

  func optionalStrings(_ name: String) throws(APIError) -> [String]? {
    guard let value = try optional(name) else { return nil }
    guard let values = value.arrayValue else { throw mismatch(name, "an array of strings", value) }
    var strings: [String] = []
    for (index, value) in values.enumerated() {
      guard let text = value.stringValue else {
        throw .invalid(pointer.appending(name).appending(index), "must be a string, not \(value.typeName)")
      }
      strings.append(text)
    }
    return strings
  }

  func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let value = try optional(name) else { return nil }
    let expected = "an integer from \(range.lowerBound) to \(range.upperBound)"
    guard let number = value.integerValue else { throw mismatch(name, expected, value) }
    guard range.contains(number) else {
      throw .invalid(pointer.appending(name), "must be \(expected), not \(number)")
    }
    return number
  }

  func optionalBoolean(_ name: String) throws(APIError) -> Bool? {
    guard let value = try optional(name) else { return nil }
    guard let flag = value.boolValue else { throw mismatch(name, "true or false", value) }
    return flag
  }

  func optionalObject(_ name: String) throws(APIError) -> RequestObject? {
    guard let value = try optional(name) else { return nil }
    let object = RequestObject(value, at: pointer.appending(name))
    _ = try object.members()
    return object
  }

  /// A member that must be there.
  func require(_ name: String) throws(APIError) -> JSONValue {
    guard let value = try optional(name) else { throw .invalid(pointer.appending(name), "is missing") }
    return value
  }

  /// - Throws: 400 that names every member of `names` that is absent or null.
  func require(_ names: [String]) throws(APIError) {
    let members = try members()
    let missing = names.filter { members[$0] ?? .null == .null }
    guard missing.isEmpty else {
      throw .invalid(missing.map { APIError.Fault(pointer: pointer.appending($0), text: "is missing") })
    }
  }

  /// - Throws: 400 for a member that is none of `names`: in the admin API a misspelling must not pass.
  func allowOnly(_ names: Set<String>) throws(APIError) {
    let faults = try members().names.filter { !names.contains($0) }.map { name in
      APIError.Fault(
        pointer: pointer.appending(name),
        text: "is unknown here; known: \(names.sorted().joined(separator: ", "))")
    }
    if !faults.isEmpty { throw .invalid(faults) }
  }

  private func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> APIError {
    .invalid(pointer.appending(name), "must be \(expected), not \(value.typeName)")
  }
}
