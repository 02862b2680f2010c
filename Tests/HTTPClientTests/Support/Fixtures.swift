import HTTP
import HTTPClient
import OpenSSL
import Sockets

/// Names resolve to loopback, loopback is allowed, and every bound is short enough for a test.
enum Fixtures {
  static let loopback = IPAddress(v4: 0x7f00_0001)

  /// Bounds that no test reaches unless it shortens one.
  static var limits: ClientLimits { ClientLimits() }

  /// Made once: reading the system's authorities takes tens of milliseconds.
  static let systemTrust = Result { try TLSClientContext() }

  static func client(
    limits: ClientLimits = limits, tls: TLSClientContext? = nil, proxy: String? = nil,
    lookup: @escaping Resolver.Lookup = { _ in .success([loopback]) }
  ) throws -> HTTPClient {
    HTTPClient(
      policy: DestinationPolicy(allowed: [try CIDR("127.0.0.0/8")], allowsPlainHTTP: true),
      tls: try tls ?? systemTrust.get(),
      resolver: Resolver(concurrency: 1, lookup: lookup), limits: limits,
      proxy: try proxy.map(HTTPURL.init(parsing:)))
  }

  static func request(
    _ url: String, method: HTTPMethod = .post, body: String = "set", fields: HTTPFields = [:]
  ) throws -> ClientRequest {
    ClientRequest(method: method, url: try HTTPURL(parsing: url), fields: fields, body: [UInt8](body.utf8))
  }
}

extension HTTPClient {
  /// The code of the error that a POST to the URL ends with; nil if it is answered.
  func failureCode(posting url: String) async throws -> String? {
    do {
      _ = try await send(Fixtures.request(url))
      return nil
    } catch let error as ClientError {
      return error.code
    }
  }
}
