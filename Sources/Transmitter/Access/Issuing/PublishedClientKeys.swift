import HTTP
import HTTPClient
import JOSE
import Synchronization

/// The keys that clients publish themselves (`jwks_uri`), fetched when an assertion asks for them.
final class PublishedClientKeys: Sendable {
  private struct Entry {
    let url: HTTPURL
    let keys: IssuerKeys
  }

  /// A key that its client has withdrawn is good no longer than this, as long as its set can be fetched.
  private static let freshness = Duration.seconds(300)

  private let directory: AccessDirectory
  private let http: HTTPClient
  private let environment: Environment
  private let entries = Mutex<[String: Entry]>([:])

  /// - Parameter http: where it may go is its policy's to say.
  init(directory: AccessDirectory, http: HTTPClient, environment: Environment) {
    self.directory = directory
    self.http = http
    self.environment = environment
  }

  /// Returns if one of the keys that the client publishes at `url` has signed the token.
  func verify(_ token: CompactJWS, of clientID: String, at url: HTTPURL) async throws(AuthenticationFailure) {
    try await keys(of: clientID, at: url).verifyOnDemand(token, allowing: SignatureAlgorithm.allCases)
  }

  private func keys(of clientID: String, at url: HTTPURL) -> IssuerKeys {
    entries.withLock { entries in
      if let entry = entries[clientID], entry.url == url { return entry.keys }
      let keys = IssuerKeys(
        of: clientID, from: .url(url), every: Self.freshness, http: http, environment: environment)
      // What is kept is bounded by the clients that there are.
      entries = entries.filter { directory.knownClient($0.key) != nil }
      entries[clientID] = Entry(url: url, keys: keys)
      return keys
    }
  }
}
