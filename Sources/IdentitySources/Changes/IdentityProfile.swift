package import JSON

/// The attributes of an identity, as an upload brings them: any names, with texts as values, or null for an attribute
/// that is to go.
package struct IdentityProfile: Sendable {
  private static let mostAttributes = 200
  private static let longestName = 255
  private static let longestValue = 4096
  /// What Okta's API sets for the attributes that it knows, in characters.
  private static let lengths: [String: ClosedRange<Int>] = [
    "userName": 0...100, "firstName": 1...50, "lastName": 1...50, "email": 5...100, "secondEmail": 5...100,
    "mobilePhone": 0...100, "displayName": 1...255, "description": 0...1024,
  ]

  /// In the order of their names.
  package let attributes: JSONObject

  /// - Throws: `IdentitySourceError.invalid` with the attribute that cannot be kept.
  package init(_ json: JSONValue, at pointer: JSONPointer) throws(IdentitySourceError) {
    guard let object = json.objectValue else {
      throw .invalid(pointer, "must be an object of attributes, not \(json.typeName)")
    }
    guard object.count <= Self.mostAttributes else {
      throw .invalid(pointer, "has more than \(Self.mostAttributes) attributes")
    }
    for (name, value) in object { try Self.check(name, value, at: pointer) }
    attributes = object.sortedByName
  }

  private init(attributes: JSONObject) {
    self.attributes = attributes
  }

  static let empty = IdentityProfile(attributes: [:])

  private static func check(
    _ name: String, _ value: JSONValue, at pointer: JSONPointer
  ) throws(IdentitySourceError) {
    guard name.utf8.count <= 4 * longestName, (1...longestName).contains(name.unicodeScalars.count) else {
      throw .invalid(pointer, "has an attribute whose name does not have 1 to \(longestName) characters")
    }
    if value == .null { return }
    guard let text = value.stringValue else {
      throw .invalid(pointer.appending(name), "must be a string, not \(value.typeName)")
    }
    let length = lengths[name] ?? 0...longestValue
    // Bytes bound characters, and are counted already.
    guard text.utf8.count > length.upperBound || text.utf8.count < 4 * length.lowerBound else { return }
    guard length.contains(text.unicodeScalars.count) else {
      throw .invalid(
        pointer.appending(name), "must have \(length.lowerBound) to \(length.upperBound) characters")
    }
  }
}

/// The form in which profiles are kept.
extension IdentityProfile {
  /// One text for one set of attributes, so that two profiles are compared as bytes.
  var bytes: [UInt8] { JSONValue.object(attributes).serialized() }

  /// Reads back what `bytes` wrote.
  init(bytes: [UInt8]) throws {
    attributes = try JSONValue(parsing: bytes).objectValue ?? [:]
  }

  /// With the attributes of another put in the place of these; nulls stay, and mean what they meant.
  func merging(_ other: IdentityProfile) -> IdentityProfile {
    var merged = attributes
    for (name, value) in other.attributes { merged[name] = value }
    return IdentityProfile(attributes: merged.sortedByName)
  }

  /// Without the attributes that are to go.
  var withoutNulls: IdentityProfile {
    guard attributes.contains(where: { $0.value == .null }) else { return self }
    var kept = JSONObject()
    for (name, value) in attributes where value != .null { kept[name] = value }
    return IdentityProfile(attributes: kept)
  }
}

extension JSONObject {
  /// With the members in the order of their names' UTF-8.
  fileprivate var sortedByName: JSONObject {
    let names = names
    let isSorted = zip(names, names.dropFirst()).allSatisfy { $0.precedes($1) }
    if isSorted { return self }
    var sorted = JSONObject()
    for (name, value) in self.sorted(by: { $0.name.precedes($1.name) }) { sorted[name] = value }
    return sorted
  }
}

extension String {
  fileprivate func precedes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
