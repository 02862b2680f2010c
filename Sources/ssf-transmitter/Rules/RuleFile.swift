import IdentitySources
import JSON
import Transmitter

/// Rules in a file: an array of them, or a configuration file with the key `rules`, whose `events.require_reason_admin`
/// counts too.
enum RuleFile {
  /// - Throws: `RuleFileError` with the line and column of what is wrong.
  static func parse(_ bytes: [UInt8], from path: String) throws(RuleFileError) -> RuleSet {
    let document = try document(bytes, from: path)
    let (json, pointer) = try rules(of: document, in: path)
    do {
      return try RuleSet(json, under: policy(of: document))
    } catch {
      let place = document.position(around: pointer.appending(error.pointer)).map { ", \($0)" } ?? ""
      throw RuleFileError(place: path + place, text: "\(pointer.appending(error.pointer)): \(error.message)")
    }
  }

  private static func document(_ bytes: [UInt8], from path: String) throws(RuleFileError) -> JSONDocument {
    do {
      return try JSONDocument(parsing: bytes, options: .configuration)
    } catch {
      throw RuleFileError(place: path, text: "\(error)")
    }
  }

  private static func policy(of document: JSONDocument) -> EventPolicy {
    EventPolicy(requiresReason: document.value["events"]?["require_reason_admin"] == true)
  }

  private static func rules(
    of document: JSONDocument, in path: String
  ) throws(RuleFileError) -> (JSONValue, JSONPointer) {
    if document.value.arrayValue != nil { return (document.value, .root) }
    if let rules = document.value["rules"] { return (rules, ["rules"]) }
    throw RuleFileError(place: path, text: "holds neither an array of rules nor an object with the key rules")
  }
}

/// Why a file's rules cannot be used.
struct RuleFileError: Error, CustomStringConvertible {
  /// The file, and the line and column where they are known.
  let place: String
  let text: String

  var description: String { "\(place): \(text)" }
}
