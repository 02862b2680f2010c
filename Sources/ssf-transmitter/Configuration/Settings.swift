import JSON
import SharedSignals

/// The value of every key, and where it came from: flag before environment before file before default.
struct Settings: Sendable {
  struct Value: Sendable {
    let json: JSONValue
    let source: ValueSource
    /// Of a value in the file: the document, and where in it the value stands.
    fileprivate var place: (document: JSONDocument, pointer: JSONPointer)?

    /// Where a part of the value came from.
    func source(of part: JSONPointer) -> ValueSource {
      guard case .file(let path, _) = source, let place else { return source }
      return .file(path, place.document.position(around: place.pointer.appending(part)))
    }
  }

  private(set) var values: [String: Value]

  /// - Parameters:
  ///   - file: path and content of the configuration file, if there is one.
  ///   - environment: the process's environment; only names that begin with `SSF_` are looked at.
  ///   - flags: key → text, as given on the command line.
  /// - Throws: `ConfigurationError` for unknown keys and values of the wrong shape.
  init(
    file: (path: String, bytes: [UInt8])?, environment: [String: String], flags: [String: String]
  ) throws(ConfigurationError) {
    values = Dictionary(
      uniqueKeysWithValues: Setting.all.map { ($0.key, Value(json: $0.initial, source: .initial)) })
    if let file { try read(file.path, file.bytes) }
    try read(environment: environment)
    for (key, text) in flags.sorted(by: { $0.key < $1.key }) {
      try set(key, to: text, from: .flag("--set " + key))
    }
  }

  subscript(key: String) -> Value {
    guard let value = values[key] else { preconditionFailure("there is no setting '\(key)'") }
    return value
  }

  // MARK: - File

  private mutating func read(_ path: String, _ bytes: [UInt8]) throws(ConfigurationError) {
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: bytes, options: .configuration)
    } catch {
      throw .syntax(file: path, error)
    }
    try read(document.value, at: .root, named: nil, in: document, path)
  }

  private mutating func read(
    _ value: JSONValue, at pointer: JSONPointer, named key: String?, in document: JSONDocument, _ path: String
  ) throws(ConfigurationError) {
    let source = ValueSource.file(path, document.position(of: pointer))
    if let key, let setting = Setting.byKey[key] {
      return try keep(Value(json: value, source: source, place: (document, pointer)), of: setting)
    }
    if let key, !Self.isSection(key) { throw .unknownKey(key, source, nearest: Self.nearest(to: key)) }
    guard let object = value.objectValue else {
      throw .wrongValue(key ?? "the file", source, expected: "an object")
    }
    for member in object {
      let inner = key.map { "\($0).\(member.name)" } ?? member.name
      try read(member.value, at: pointer.appending(member.name), named: inner, in: document, path)
    }
  }

  private mutating func keep(_ value: Value, of setting: Setting) throws(ConfigurationError) {
    guard setting.accepts(value.json) || value.json == .null && setting.initial == .null else {
      throw .wrongValue(setting.key, value.source, expected: setting.expectation)
    }
    // Besides {"public": {"listen": …}} there is {"public.listen": …}.
    if case .file = self[setting.key].source {
      throw .wrongValue(setting.key, value.source, expected: "given only once")
    }
    values[setting.key] = value
  }

  private static func isSection(_ name: String) -> Bool {
    Setting.all.contains { $0.key.hasPrefix(name + ".") }
  }

  private static func nearest(to key: String) -> String? {
    Setting.all.map(\.key).nearest(to: key)
  }

  // MARK: - Environment and flags

  private static let prefix = "SSF_"
  /// Names with our prefix that are read elsewhere.
  private static let otherNames: Set<String> = ["SSF_CONFIG"]

  private mutating func read(environment: [String: String]) throws(ConfigurationError) {
    let keys = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.environmentName, $0.key) })
    for (name, text) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix(Self.prefix) && !Self.otherNames.contains(name) {
      guard let key = keys[name] else {
        throw .unknownKey(name, .environment(name), nearest: keys.keys.sorted().nearest(to: name))
      }
      try set(key, to: text, from: .environment(name))
    }
  }

  private mutating func set(_ key: String, to text: String, from source: ValueSource)
    throws(ConfigurationError)
  {
    guard let setting = Setting.byKey[key] else {
      throw .unknownKey(key, source, nearest: Self.nearest(to: key))
    }
    let json =
      setting.shape == .structure ? try Self.parse(text, of: setting, source) : setting.value(of: text)
    guard let json, setting.accepts(json) else {
      throw .wrongValue(key, source, expected: setting.expectation)
    }
    values[key] = Value(json: json, source: source)
  }

  private static func parse(
    _ text: String, of setting: Setting, _ source: ValueSource
  ) throws(ConfigurationError) -> JSONValue {
    do {
      return try JSONValue(parsing: Array(text.utf8), options: .configuration)
    } catch {
      throw .wrongValue(setting.key, source, expected: "\(setting.expectation): \(error)")
    }
  }
}
