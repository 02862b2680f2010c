import IdentitySources
import JSON
import Transmitter

/// Changes of identities as a sample for `rules test` writes them:
///
///     {"externalId": "e1", "old": {"status": "active"}, "new": {"status": "left"},
///      "groups_before": ["vpn"], "groups": []}
///
/// Everything may be left out; an identity without `old` is new, one without `new` deleted.
enum SampleChange {
  private static let known: Set<String> = ["source", "externalId", "old", "new", "groups_before", "groups"]

  /// Reads an array of changes, one change, or one on each line.
  static func parse(_ bytes: [UInt8], from path: String, at now: Timestamp) throws -> [IdentityChange] {
    try values(bytes, from: path).enumerated().map { index, value in
      guard let object = value.objectValue, let change = change(object, number: index + 1, at: now) else {
        throw RuleFileError(
          place: path,
          text: "change \(index + 1) must be an object of \(known.sorted().joined(separator: ", "))")
      }
      return change
    }
  }

  private static func values(_ bytes: [UInt8], from path: String) throws(RuleFileError) -> [JSONValue] {
    if let value = try? JSONValue(parsing: bytes) { return value.arrayValue ?? [value] }
    var values: [JSONValue] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    where line.contains(where: { $0 > 0x20 }) {
      do {
        values.append(try JSONValue(parsing: line))
      } catch {
        throw RuleFileError(place: "\(path), line \(index + 1)", text: "\(error)")
      }
    }
    return values
  }

  private static func change(_ object: JSONObject, number: Int, at now: Timestamp) -> IdentityChange? {
    guard object.names.allSatisfy(known.contains), object["old"] ?? [:] == .object(profile(object, "old")),
      object["new"] ?? [:] == .object(profile(object, "new"))
    else { return nil }
    let groups = groups(object["groups"])
    return IdentityChange(
      source: object["source"]?.stringValue ?? "sample", kind: kind(object),
      externalID: object["externalId"]?.stringValue ?? String(number), old: profile(object, "old"),
      new: profile(object, "new"), groupsBefore: object["groups_before"].map(Self.groups) ?? groups,
      groupsAfter: groups, time: now)
  }

  private static func profile(_ object: JSONObject, _ name: String) -> JSONObject {
    object[name]?.objectValue ?? [:]
  }

  private static func kind(_ object: JSONObject) -> IdentityChange.Kind {
    switch (object["old"], object["new"]) {
    case (nil, _): .created
    case (_, nil): .deleted
    default: .updated
    }
  }

  private static func groups(_ json: JSONValue?) -> [IdentityGroup] {
    (json?.arrayValue ?? []).compactMap(\.stringValue).map { IdentityGroup(externalID: $0, displayName: $0) }
  }
}
