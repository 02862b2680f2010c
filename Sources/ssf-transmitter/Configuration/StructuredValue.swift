import JSON
import SharedSignals

/// A value within a structured setting, read member by member; whatever is wrong is an error that names the
/// member, and in a file its line.
struct StructuredValue: Sendable {
  let json: JSONValue
  /// As people write it: `access.issuers[0].audience`.
  let name: String
  private let setting: Settings.Value
  private let pointer: JSONPointer

  /// The whole value of a key.
  init(_ setting: Settings.Value, of key: String) {
    self.init(json: setting.json, name: key, setting: setting, pointer: .root)
  }

  private init(json: JSONValue, name: String, setting: Settings.Value, pointer: JSONPointer) {
    self.json = json
    self.name = name
    self.setting = setting
    self.pointer = pointer
  }

  /// - Parameter expected: ends the sentence "… must be".
  func wrong(_ expected: String) -> ConfigurationError {
    .wrongValue(name, setting.source(of: pointer), expected: expected)
  }

  /// Reads the value with a parser whose error says what is wrong.
  func parsed<Value>(_ parse: (String) throws -> Value) throws(ConfigurationError) -> Value {
    let text = try text()
    do {
      return try parse(text)
    } catch {
      throw wrong("usable: \(error)")
    }
  }
}

// MARK: - Parts

extension StructuredValue {
  /// The elements of an array.
  func elements() throws(ConfigurationError) -> [StructuredValue] {
    guard let values = json.arrayValue else { throw wrong("an array") }
    return values.indices.map { index in
      StructuredValue(
        json: values[index], name: "\(name)[\(index)]", setting: setting, pointer: pointer.appending(index))
    }
  }

  /// The members of an object, in the order of the text.
  func members() throws(ConfigurationError) -> [(name: String, value: StructuredValue)] {
    guard let object = json.objectValue else { throw wrong("an object") }
    return object.map { ($0.name, member($0.name, $0.value)) }
  }

  /// A member; nil where it is absent or null.
  func optional(_ member: String) throws(ConfigurationError) -> StructuredValue? {
    guard let object = json.objectValue else { throw wrong("an object") }
    guard let value = object[member], value != .null else { return nil }
    return self.member(member, value)
  }

  func required(_ member: String) throws(ConfigurationError) -> StructuredValue {
    guard let value = try optional(member) else {
      throw .wrongValue("\(name).\(member)", setting.source(of: pointer), expected: "set")
    }
    return value
  }

  /// Refuses a member that is none of `known`: a misspelling must not pass.
  func allowOnly(_ known: [String]) throws(ConfigurationError) {
    for (name, value) in try members() where !known.contains(name) {
      throw .unknownKey(
        value.name, setting.source(of: value.pointer), nearest: known.nearest(to: name))
    }
  }

  private func member(_ member: String, _ value: JSONValue) -> StructuredValue {
    StructuredValue(
      json: value, name: "\(name).\(member)", setting: setting, pointer: pointer.appending(member))
  }
}

// MARK: - Shapes

extension StructuredValue {
  /// A text that is not empty.
  func text() throws(ConfigurationError) -> String {
    guard let text = json.stringValue, !text.isEmpty else { throw wrong("text") }
    return text
  }

  /// A list of texts; one text alone is a list of one.
  func texts() throws(ConfigurationError) -> [String] {
    guard json.stringValue == nil else { return [try text()] }
    let texts = try elements().map { element throws(ConfigurationError) in try element.text() }
    guard !texts.isEmpty else { throw wrong("a text, or a list of at least one") }
    return texts
  }

  func boolean() throws(ConfigurationError) -> Bool {
    guard let value = json.boolValue else { throw wrong("true or false") }
    return value
  }

  func integer(in range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64 {
    guard let value = json.integerValue, range.contains(value) else {
      throw wrong("an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func duration(in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
    guard let value = Duration(configuration: json), range.contains(value) else {
      throw wrong("a duration from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
