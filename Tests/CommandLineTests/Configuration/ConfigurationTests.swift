import HTTP
import HTTPClient
import Logging
import SharedSignals
import Sockets
import Testing
import Transmitter

@testable import ssf_transmitter

@Suite struct ConfigurationTests {
  /// The configuration that flags describe, on top of an issuer.
  private func configuration(_ flags: [String: String]) throws -> Configuration {
    let all = ["issuer": "https://tr.example.com"].merging(flags) { _, new in new }
    return try Configuration(Settings(file: nil, environment: [:], flags: all))
  }

  @Test("with an issuer the defaults are a configuration")
  func defaults() throws {
    let configuration = try configuration([:])
    #expect(configuration.issuer?.description == "https://tr.example.com")
    #expect(configuration.stateDirectory == "/var/lib/ssf-transmitter")
    #expect(configuration.publicListener.address.description == "127.0.0.1:8080")
    #expect(configuration.publicListener.hosts == nil)
    #expect(configuration.adminListener.address.description == "127.0.0.1:8081")
    #expect(configuration.adminListener.hosts == ["localhost", "127.0.0.1", "[::1]"])
    #expect(configuration.streams.maximumStreams == 10)
    #expect(configuration.streams.maximumStreamsPerClient == 1)
    #expect(configuration.streams.minimumVerificationInterval == .seconds(60))
    #expect(configuration.streams.verifiesNewStreams)
    #expect(configuration.streams.supportedEvents == EventCatalog.deliverable)
    #expect(configuration.delivery.caFile == nil)
    #expect(configuration.delivery.attemptTimeout == .seconds(15))
    #expect(configuration.delivery.windows.inAll == 256)
    #expect(configuration.delivery.windows.perStream == 16)
    #expect(configuration.log.level == .info)
    #expect(configuration.log.format == .auto)
  }

  @Test("in development the issuer may be left out or be http, and receivers may be on loopback")
  func development() throws {
    let flags = ["issuer": "", "development": "true"]
    #expect(try configuration(flags).issuer == nil)
    let configuration = try configuration(flags.merging(["issuer": "http://127.0.0.1:8080"]) { $1 })
    #expect(configuration.issuer?.description == "http://127.0.0.1:8080")
    try configuration.streams.destinations.check(HTTPURL(parsing: "http://127.0.0.1:9090/events"))
    try configuration.streams.destinations.check(HTTPURL(parsing: "http://[::1]:9090/events"))
    #expect(throws: (any Error).self) {
      try configuration.streams.destinations.check(HTTPURL(parsing: "http://10.0.0.1/"))
    }
  }

  @Test("allowed networks open their addresses, and nothing else")
  func allowedNetworks() throws {
    let destinations = try configuration(["delivery.allowed_networks": "10.20.0.0/16, fd00::/8"]).streams
      .destinations
    for url in ["https://10.20.3.4/", "https://[fd00::1]/", "https://receiver.example.com/"] {
      try destinations.check(HTTPURL(parsing: url))
    }
    for url in ["https://10.21.0.1/", "http://10.20.3.4/", "https://127.0.0.1/"] {
      #expect(throws: (any Error).self) { try destinations.check(HTTPURL(parsing: url)) }
    }
  }

  @Test("custom event types come behind the standard ones, each once")
  func customTypes() throws {
    let types = "https://a.example/x,session-revoked,https://a.example/y,https://a.example/x"
    let configuration = try configuration(["events.custom_types": types])
    let custom = ["https://a.example/x", "https://a.example/y"].map(EventType.init(rawValue:))
    #expect(configuration.streams.supportedEvents == EventCatalog.deliverable + custom)
  }

  @Test("log levels and formats", arguments: [("debug", "json"), ("error", "logfmt"), ("notice", "auto")])
  func log(level: String, format: String) throws {
    let log = try configuration(["log.level": level, "log.format": format]).log
    #expect(log.level.rawValue == level)
    #expect(log.format.rawValue == format)
  }

  @Test(
    "a value that cannot be used is refused; the text names the key and its source",
    arguments: [
      ("issuer", ""), ("issuer", "http://tr.example.com"), ("issuer", "https://tr.example.com?a=b"),
      ("issuer", "https://tr.example.com/?"), ("issuer", "https://tr.example.com#x"),
      ("issuer", "tr.example.com"),
      ("issuer", "https://user@tr.example.com"), ("issuer", "https://tr.example.com/a b"),
      ("state_directory", ""), ("public.listen", "8080"), ("public.listen", "localhost:8080"),
      ("public.listen", "127.0.0.1"), ("public.listen", "127.0.0.1:65536"), ("public.listen", "::1:8080"),
      ("admin.listen", ""), ("delivery.allowed_networks", "10.0.0.0/33"),
      ("delivery.allowed_networks", "intranet"), ("delivery.attempt_timeout", "0s"),
      ("delivery.attempt_timeout", "6m"), ("delivery.horizon", "59m"), ("delivery.horizon", "31d"),
      ("jwks.max_age", "999ms"), ("jwks.max_age", "8d"), ("keys.rotate_after", "99999d"),
      ("streams.min_verification_interval", "25h"), ("events.custom_types", "not a uri"),
      ("log.level", "loud"), ("log.format", "xml"),
    ])
  func unusable(key: String, text: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try configuration([key: text]) }
    #expect(error.description.hasPrefix("flag --set \(key): \(key) must be "))
  }
}
