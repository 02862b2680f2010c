import JSON

/// One key of the configuration: its name in the file, its default, and what values it takes. From its name
/// follows its environment variable: `limits.streams` is `SSF_LIMITS_STREAMS`.
struct Setting: Sendable {
  enum Shape: Sendable, Equatable {
    case text
    case boolean
    case integer(ClosedRange<Int64>)
    /// A number of seconds, or text such as "500ms", "15s", "10m", "2h", "7d".
    case duration
    /// An array in the file; separated by commas in the environment.
    case texts
    /// An array or an object, whichever the default is; JSON text in the environment. What is in it is read with
    /// ``StructuredValue``.
    case structure
  }

  let key: String
  let shape: Shape
  /// `.null` where there is no value by default.
  let initial: JSONValue
  let help: String

  init(_ key: String, _ shape: Shape, _ initial: JSONValue, _ help: String) {
    self.key = key
    self.shape = shape
    self.initial = initial
    self.help = help
  }

  var environmentName: String {
    "SSF_" + key.uppercased().replacing(".", with: "_")
  }

  /// Reads a value from a flag or the environment; one that is JSON text is not read here.
  ///
  /// - Returns: nil if the text is no value of this shape.
  func value(of text: String) -> JSONValue? {
    switch shape {
    case .text: .string(text)
    case .boolean:
      ["true": true, "1": true, "false": false, "0": false][text.lowercased()].map(JSONValue.bool)
    case .integer(let range): Int64(text).flatMap { range.contains($0) ? .integer($0) : nil }
    case .duration: Duration(configuration: .string(text)) != nil ? .string(text) : nil
    case .texts: .array(text.split(separator: ",").map { .string(String($0.trimmingSpaces())) })
    case .structure: nil
    }
  }

  /// Whether a value of the file has this shape.
  func accepts(_ value: JSONValue) -> Bool {
    switch shape {
    case .text: value.stringValue != nil
    case .boolean: value.boolValue != nil
    case .integer(let range): value.integerValue.map(range.contains) ?? false
    case .duration: Duration(configuration: value) != nil
    case .texts: value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
    case .structure: value.typeName == initial.typeName
    }
  }

  /// What a value must be, for error messages.
  var expectation: String {
    switch shape {
    case .text: "text"
    case .boolean: "true or false"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .duration: "a duration such as \"15s\", \"10m\", \"7d\", or a number of seconds"
    case .texts: "a list of texts"
    case .structure: "a JSON \(initial.typeName)"
    }
  }
}

extension Duration {
  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  /// A duration as configuration files write it; nil if it is none.
  init?(configuration value: JSONValue) {
    if let seconds = value.integerValue, (0...3_000_000_000).contains(seconds) {
      self = .seconds(seconds)
      return
    }
    guard let text = value.stringValue else { return nil }
    if let seconds = Int64(text) {
      self.init(configuration: .integer(seconds))
      return
    }
    guard
      let unit = Self.units.first(where: {
        text.hasSuffix($0.suffix) && Int64(text.dropLast($0.suffix.count)) != nil
      }),
      let count = Int64(text.dropLast(unit.suffix.count)), (0...3_000_000_000).contains(count)
    else { return nil }
    self = .milliseconds(count * unit.milliseconds)
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
