import HTTP
import HTTPClient
import IdentitySources
import JSON
import Logging
import SharedSignals
import Sockets
import Transmitter

/// Turns settings into typed values; whatever cannot be turned is an error that names its key and source.
struct SettingReader {
  private let settings: Settings

  init(_ settings: Settings) {
    self.settings = settings
  }

  // MARK: - Shapes

  func text(_ key: String) throws(ConfigurationError) -> String {
    guard let text = settings[key].json.stringValue, !text.isEmpty else { throw wrong(key, "set") }
    return text
  }

  func optionalText(_ key: String) -> String? {
    settings[key].json.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }

  func boolean(_ key: String) throws(ConfigurationError) -> Bool {
    guard let value = settings[key].json.boolValue else { throw wrong(key, "true or false") }
    return value
  }

  func integer(_ key: String) throws(ConfigurationError) -> Int {
    guard let value = settings[key].json.integerValue else { throw wrong(key, "an integer") }
    return Int(value)
  }

  func duration(_ key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
    guard let value = Duration(configuration: settings[key].json), range.contains(value) else {
      throw wrong(key, "a duration from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func texts(_ key: String) -> [String] {
    settings[key].json.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// The value of a key whose shape is a structure.
  func structure(_ key: String) -> StructuredValue {
    StructuredValue(settings[key], of: key)
  }

  func wrong(_ key: String, _ expected: String) -> ConfigurationError {
    .wrongValue(key, settings[key].source, expected: expected)
  }

  /// Reads a value with a parser whose error says what is wrong.
  func parse<Value>(_ key: String, _ body: () throws -> Value) throws(ConfigurationError) -> Value {
    do {
      return try body()
    } catch {
      throw wrong(key, "usable: \(error)")
    }
  }

  // MARK: - Parts of the configuration

  /// An https URL without query or fragment (SSF §7.1).
  func issuer(development: Bool) throws(ConfigurationError) -> HTTPURL? {
    guard let text = optionalText("issuer") else {
      guard development else {
        throw wrong(
          "issuer", "set to the https URL of this transmitter as receivers see it (or set development)")
      }
      return nil
    }
    let url = try parse("issuer") { try HTTPURL(parsing: text) }
    guard url.query == nil else { throw wrong("issuer", "a URL without a query") }
    guard development || url.scheme == .https else { throw wrong("issuer", "an https URL") }
    return url
  }

  func listener(_ section: String) throws(ConfigurationError) -> Configuration.Listener {
    let key = section + ".listen"
    let address = try text(key)
    let hosts = texts(section + ".hosts")
    return Configuration.Listener(
      address: try parse(key) { try SocketAddress(parsing: address) },
      hosts: hosts.isEmpty ? nil : Set(hosts))
  }

  func streamPolicy(development: Bool) throws(ConfigurationError) -> StreamPolicy {
    StreamPolicy(
      maximumStreams: try integer("limits.streams"),
      maximumStreamsPerClient: try integer("limits.streams_per_client"),
      minimumVerificationInterval: try duration(
        "streams.min_verification_interval", in: .zero ... .seconds(24 * 3600)),
      verifiesNewStreams: try boolean("streams.verify_on_create"),
      inactivityTimeout: try inactivityTimeout(),
      subjects: try subjectPolicy(),
      supportedEvents: EventCatalog.deliverable + (try customTypes()),
      destinations: try destinations(development: development))
  }

  private func inactivityTimeout() throws(ConfigurationError) -> Duration? {
    let timeout = try duration("streams.inactivity_timeout", in: .zero ... .seconds(365 * 86_400))
    return timeout == .zero ? nil : timeout
  }

  private func subjectPolicy() throws(ConfigurationError) -> SubjectPolicy {
    guard let initial = DefaultSubjects(rawValue: try text("subjects.default")) else {
      throw wrong("subjects.default", "ALL or NONE")
    }
    return SubjectPolicy(
      initial: initial,
      removalGrace: try duration("subjects.removal_grace", in: .zero ... .seconds(30 * 86_400)),
      maximumPerStream: try integer("limits.subjects_per_stream"),
      changesPerSecond: try integer("limits.subject_changes_per_second"))
  }

  private func customTypes() throws(ConfigurationError) -> [EventType] {
    let key = "events.custom_types"
    var types: [EventType] = []
    for text in texts(key) {
      let type = try parse(key) { try EventType(shortOrURI: text) }
      if !EventCatalog.all.contains(type), !types.contains(type) { types.append(type) }
    }
    return types
  }

  private func destinations(development: Bool) throws(ConfigurationError) -> DestinationPolicy {
    let key = "delivery.allowed_networks"
    let loopback = development ? ["127.0.0.0/8", "::1/128"] : []
    let allowed = try parse(key) { try (texts(key) + loopback).map(CIDR.init) }
    return DestinationPolicy(allowed: allowed, allowsPlainHTTP: development)
  }

  func delivery() throws(ConfigurationError) -> Configuration.Delivery {
    Configuration.Delivery(
      caFile: optionalText("delivery.ca_file"),
      proxy: try proxy(),
      attemptTimeout: try duration("delivery.attempt_timeout", in: .seconds(1) ... .seconds(300)),
      machine: DeliveryStateMachine(
        horizon: try deliveryHorizon()),
      windows: Dispatcher.Windows(
        perStream: try integer("delivery.in_flight_per_stream"), inAll: try integer("delivery.in_flight")),
      history: HistoryRetention.Terms(
        settled: try duration("delivery.history", in: Self.historyTerms),
        letters: try duration("delivery.dead_history", in: Self.historyTerms)))
  }

  private static let historyTerms = Duration.zero ... .seconds(10 * 366 * 86_400)

  func auditRetention() throws(ConfigurationError) -> Duration? {
    let time = try duration("audit.retention", in: .zero ... .seconds(100 * 366 * 86_400))
    return time == .zero ? nil : time
  }

  func keys() throws(ConfigurationError) -> KeyPolicy {
    let age = try duration("keys.rotate_after", in: .zero ... .seconds(10 * 366 * 86_400))
    return KeyPolicy(
      maxAge: try duration("jwks.max_age", in: .seconds(1) ... .seconds(7 * 86_400)),
      horizon: try deliveryHorizon(), rotateAfter: age == .zero ? nil : age)
  }

  private func deliveryHorizon() throws(ConfigurationError) -> Duration {
    try duration("delivery.horizon", in: DeliveryTerms.horizons)
  }

  private func proxy() throws(ConfigurationError) -> HTTPURL? {
    let key = "delivery.proxy"
    guard let text = optionalText(key) else { return nil }
    let url = try parse(key) { try HTTPURL(parsing: text) }
    guard url.scheme == .http, url.requestTarget == "/" else {
      throw wrong(key, "an http URL without a path")
    }
    return url
  }

  func polls() throws(ConfigurationError) -> PollDesk.Limits {
    PollDesk.Limits(
      longestWait: try duration("poll.longest_wait", in: .zero ... .seconds(300)),
      tokensInAnswer: try integer("poll.tokens_in_answer"))
  }

  func rules(under policy: EventPolicy) throws(ConfigurationError) -> RuleSet {
    do {
      return try RuleSet(settings["rules"].json, under: policy)
    } catch {
      throw .wrongValue(
        "rules\(error.pointer)", settings["rules"].source(of: error.pointer),
        expected: "usable: \(error.message)")
    }
  }

  func log() throws(ConfigurationError) -> LogSettings {
    guard let level = Logger.Level(rawValue: try text("log.level")) else {
      throw wrong("log.level", "debug, info, notice, warning or error")
    }
    guard let format = LogSettings.Format(rawValue: try text("log.format")) else {
      throw wrong("log.format", "logfmt, json or auto")
    }
    return LogSettings(level: level, format: format)
  }
}
