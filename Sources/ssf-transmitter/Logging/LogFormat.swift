import Glibc
import JSON
import Logging
import Transmitter

extension Logger {
  /// The daemon's log: to standard error, logfmt for people and JSON lines for machines.
  static func daemon(_ settings: LogSettings) -> Logger {
    let isTerminal = Terminal.isTerminal(STDERR_FILENO)
    let format: LineLogHandler.Format =
      switch settings.format {
      case .auto: isTerminal ? .logfmt : .json
      case .logfmt: .logfmt
      case .json: .json
      }
    var logger = Logger(label: "ssf-transmitter") { _ in LineLogHandler(format: format) }
    logger.logLevel = settings.level
    return logger
  }
}

/// Writes one line for each message. Neither secrets nor subjects are ever handed to it.
struct LineLogHandler: LogHandler {
  enum Format: Sendable { case logfmt, json }

  let format: Format
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  init(format: Format) {
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields: [(name: String, value: String)] = [
      ("time", Timestamp.wallClock().description), ("level", event.level.rawValue),
      ("message", "\(event.message)"),
    ]
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    fields += all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
    Terminal.write(line(fields) + "\n", to: STDERR_FILENO)
  }

  func line(_ fields: [(name: String, value: String)]) -> String {
    switch format {
    case .logfmt:
      return fields.map { "\($0.name)=\(Self.quoted($0.value))" }.joined(separator: " ")
    case .json:
      var object = JSONObject()
      for field in fields { object[field.name] = .string(field.value) }
      return JSONValue.object(object).text().escapingControls
    }
  }

  /// A value with spaces, quotes or control characters is written as a JSON string.
  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !$0.isControl }
    return isPlain ? value : JSONValue.string(value).text().escapingControls
  }
}
