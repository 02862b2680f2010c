import HTTPClient
import OpenSSL

/// Asks one issuer about its tokens: once for each at a time, a bounded number at once, and not again while the last
/// answer is fresh.
actor Introspector {
  private static let mostAtOnce = 64

  private let introspection: Introspection
  private let rules: AccessTokenRules
  private let http: HTTPClient
  private let environment: Environment
  private var cache = IntrospectionCache()
  private var asking: [IntrospectionCache.Digest: Task<IntrospectionCache.Finding, Never>] = [:]

  init(_ introspection: Introspection, rules: AccessTokenRules, http: HTTPClient, environment: Environment) {
    self.introspection = introspection
    self.rules = rules
    self.http = http
    self.environment = environment
  }

  func grant(for token: String) async throws(AuthenticationFailure) -> AccessGrant {
    let digest = SHA256.digest(Array(token.utf8))
    if let finding = cache.finding(for: digest, at: environment.now()) { return try finding.get() }
    if let asked = asking[digest] { return try await asked.value.get() }
    guard asking.count < Self.mostAtOnce else {
      throw .unavailable("\(Self.mostAtOnce) introspections are under way", retryAfter: .seconds(1))
    }
    let task = Task { await ask(about: token, digest) }
    asking[digest] = task
    return try await task.value.get()
  }

  private func ask(about token: String, _ digest: IntrospectionCache.Digest) async
    -> IntrospectionCache.Finding
  {
    let finding = await finding(for: token)
    asking[digest] = nil
    if !finding.isOutage { cache.keep(finding, for: digest, at: environment.now()) }
    return finding
  }

  private func finding(for token: String) async -> IntrospectionCache.Finding {
    do throws(AuthenticationFailure) {
      guard let claims = try await introspection.claims(of: token, http) else {
        return .failure(.invalid("its issuer says that it is not active"))
      }
      try Self.checkKind(of: claims)
      return .success(try rules.grant(of: claims, toldBy: .introspection, at: environment.now()))
    } catch {
      return .failure(error)
    }
  }

  /// Some issuers call refresh tokens active too, and say what they are in one of these.
  private static func checkKind(of claims: AccessTokenClaims) throws(AuthenticationFailure) {
    if let type = try claims.text("token_type"),
      !["bearer", "dpop", "access_token"].contains(type.lowercased())
    {
      throw .invalid("token_type is \(type.forLog)")
    }
    if let use = try claims.text("token_use"), use != "access_token" {
      throw .invalid("token_use is \(use.forLog)")
    }
  }
}

extension IntrospectionCache.Finding {
  /// Whether it says nothing about the token.
  fileprivate var isOutage: Bool {
    if case .failure(.unavailable) = self { true } else { false }
  }
}
