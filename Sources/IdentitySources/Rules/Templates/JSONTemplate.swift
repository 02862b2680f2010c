import JSON

/// A JSON value whose texts are templates; names of members are taken as they are.
indirect enum JSONTemplate: Hashable, Sendable {
  case constant(JSONValue)
  case text(TextTemplate)
  case array([JSONTemplate])
  case object([Member])

  struct Member: Hashable, Sendable {
    let name: String
    let value: JSONTemplate
  }

  /// - Throws: `RuleError` that points at the text that is no template.
  init(_ json: JSONValue, at pointer: JSONPointer) throws(RuleError) {
    switch json {
    case .string(let source): self = try Self.text(source, at: pointer)
    case .array(let elements):
      var templates: [JSONTemplate] = []
      for (index, element) in elements.enumerated() {
        templates.append(try JSONTemplate(element, at: pointer.appending(index)))
      }
      self = .array(templates)
    case .object(let object):
      var members: [Member] = []
      for (name, value) in object {
        members.append(Member(name: name, value: try JSONTemplate(value, at: pointer.appending(name))))
      }
      self = .object(members)
    case .null, .bool, .integer, .number: self = .constant(json)
    }
  }

  private static func text(_ source: String, at pointer: JSONPointer) throws(RuleError) -> JSONTemplate {
    do {
      let template = try TextTemplate(source)
      return template.constant.map { .constant(.string($0)) } ?? .text(template)
    } catch {
      throw RuleError(pointer, error.description)
    }
  }

  /// Whether the value is the same for every change.
  var isConstant: Bool {
    switch self {
    case .constant: true
    case .text: false
    case .array(let elements): elements.allSatisfy(\.isConstant)
    case .object(let members): members.allSatisfy(\.value.isConstant)
    }
  }

  /// The value for a change.
  func value(for change: IdentityChange) throws(MissingAttribute) -> JSONValue {
    switch self {
    case .constant(let value): return value
    case .text(let template): return try template.value(for: change)
    case .array(let elements):
      var values: [JSONValue] = []
      for element in elements { values.append(try element.value(for: change)) }
      return .array(values)
    case .object(let members):
      var object = JSONObject()
      for member in members { object[member.name] = try member.value.value(for: change) }
      return .object(object)
    }
  }
}
