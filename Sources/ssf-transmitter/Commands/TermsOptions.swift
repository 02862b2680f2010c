import ArgumentParser
import JSON
import POSIX

/// The options that say how a stream's events are delivered.
struct TermsOptions: ParsableArguments {
  /// A value, or `default` to let the configuration count again.
  enum Term<Value: Sendable>: Sendable {
    case value(Value)
    case initial
  }

  @Option(
    help: "How long after its acceptance an event is still delivered, such as 12h; or default.",
    transform: Self.horizon)
  var horizon: Term<Int64>?

  @Option(help: "The most SETs a second; or default.", transform: Self.rate)
  var rateLimit: Term<Int64>?

  @Option(help: "PEM file of the certificate to show to the receiver, and its issuers.")
  var clientCertificate: String?

  @Option(help: "PEM file of the certificate's key; kept sealed, and never shown.")
  var clientKey: String?

  @Flag(help: "Show no certificate to the receiver any more.")
  var noClientCertificate = false

  mutating func validate() throws {
    guard (clientCertificate == nil) == (clientKey == nil) else {
      throw ValidationError("--client-certificate and --client-key go together")
    }
    guard clientCertificate == nil || !noClientCertificate else {
      throw ValidationError("there is a certificate to show, or none")
    }
  }

  func add(to body: inout JSONObject) throws {
    body["horizon"] = horizon.map(\.json)
    body["rate_limit"] = rateLimit.map(\.json)
    body["client_certificate"] =
      try clientCertificate.map(Self.content) ?? (noClientCertificate ? .null : nil)
    body["client_key"] = try clientKey.map(Self.content)
  }

  private static func content(ofFileAt path: String) throws -> JSONValue {
    .string(String(decoding: try readToEnd(ofFileAt: path), as: UTF8.self))
  }

  private static func horizon(_ text: String) throws -> Term<Int64> {
    if text == "default" { return .initial }
    guard let duration = Duration(configuration: .string(text)) else {
      throw ValidationError("must be a duration such as 12h, or default")
    }
    return .value(duration.components.seconds)
  }

  private static func rate(_ text: String) throws -> Term<Int64> {
    if text == "default" { return .initial }
    guard let rate = Int64(text) else {
      throw ValidationError("must be a number of SETs a second, or default")
    }
    return .value(rate)
  }
}

extension TermsOptions.Term<Int64> {
  fileprivate var json: JSONValue {
    switch self {
    case .value(let number): .integer(number)
    case .initial: .null
    }
  }
}
