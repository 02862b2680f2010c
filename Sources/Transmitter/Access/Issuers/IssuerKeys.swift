import HTTPClient
import JOSE
import Logging
import Synchronization

/// The keys of one issuer: fetched by schedule and when a token asks for one that is not known, by one task at a time,
/// and kept in between.
final class IssuerKeys: Sendable {
  private struct State {
    var cache: KeySetCache
    var fetching: Task<Void, Never>?
  }

  private let issuer: String
  private let source: KeySetSource
  private let http: HTTPClient
  private let environment: Environment
  private let state: Mutex<State>

  /// - Parameters:
  ///   - issuer: its name, for the log.
  ///   - interval: how often the keys are fetched while all is well.
  init(
    of issuer: String, from source: KeySetSource, every interval: Duration, http: HTTPClient,
    environment: Environment
  ) {
    self.issuer = issuer
    self.source = source
    self.http = http
    self.environment = environment
    state = Mutex(State(cache: KeySetCache(interval: interval)))
  }

  // MARK: - Verifying

  /// Returns if one of the issuer's keys has signed the token.
  func verify(
    _ token: CompactJWS, allowing algorithms: [SignatureAlgorithm]
  ) async throws(AuthenticationFailure) {
    if isSigned(token, allowing: algorithms) { return }
    let keyID = token.header.keyID
    if candidates(for: token.header).isEmpty || keyID == nil {
      await fetch { $0.mayFetch(for: keyID, at: $1) }?.value
      if isSigned(token, allowing: algorithms) { return }
    }
    try throwFailure(of: token)
  }

  /// As `verify`, for keys that nobody fetches by schedule: they are fetched when it is time to, which is waited for
  /// only where those that are there will not do.
  func verifyOnDemand(
    _ token: CompactJWS, allowing algorithms: [SignatureAlgorithm]
  ) async throws(AuthenticationFailure) {
    let isOutdated = state.withLock { $0.cache.isOutdated(at: environment.now()) }
    let fetching = fetch { $0.timeToRefresh(at: $1) == .zero }
    if isOutdated { await fetching?.value }
    try await verify(token, allowing: algorithms)
  }

  private func isSigned(_ token: CompactJWS, allowing algorithms: [SignatureAlgorithm]) -> Bool {
    candidates(for: token.header).contains { key in
      (try? token.verify(with: key, allowing: algorithms)) != nil
    }
  }

  private func candidates(for header: JOSEHeader) -> [JWK] {
    state.withLock { $0.cache.candidates(for: header, at: environment.now()) }
  }

  private func throwFailure(of token: CompactJWS) throws(AuthenticationFailure) -> Never {
    let now = environment.now()
    let keyID = token.header.keyID
    let isUsable = state.withLock { state in
      if state.cache.candidates(for: token.header, at: now).isEmpty {
        state.cache.note(unknown: keyID, at: now)
      }
      return state.cache.isUsable(at: now)
    }
    guard isUsable else {
      throw .unavailable("no keys of issuer \(issuer)", retryAfter: KeySetCache.shortestInterval)
    }
    throw .invalid("no key \(keyID.forLog) of issuer \(issuer) has signed it")
  }

  // MARK: - Fetching

  /// Fetches by schedule until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      let pause = state.withLock { $0.cache.timeToRefresh(at: environment.now()) }
      if pause > .zero {
        guard (try? await environment.sleep(pause)) != nil else { return }
      }
      await fetch { $0.timeToRefresh(at: $1) == .zero }?.value
    }
  }

  /// Fetches if it is time.
  ///
  /// - Returns: the fetch that is under way then, whoever began it.
  private func fetch(if isTime: @Sendable (KeySetCache, Timestamp) -> Bool) -> Task<Void, Never>? {
    state.withLock { state in
      if let task = state.fetching { return task }
      let now = environment.now()
      guard isTime(state.cache, now) else { return nil }
      state.cache.begin(at: now)
      let task = Task { await fetchNow() }
      state.fetching = task
      return task
    }
  }

  private func fetchNow() async {
    do throws(KeySetFault) {
      let keys = try await source.fetch(http)
      state.withLock { $0.cache.succeed(with: keys, at: environment.now()) }
    } catch {
      environment.logger.warning(
        "cannot fetch an issuer's keys", metadata: ["issuer": "\(issuer)", "error": "\(error)"])
      state.withLock { $0.cache.fail(because: error.description) }
    }
    state.withLock { $0.fetching = nil }
  }

  // MARK: - Readiness

  /// See ``KeySetCache/problem(at:)``.
  var problem: String? { state.withLock { $0.cache.problem(at: environment.now()) } }
  /// See ``KeySetCache/warning(at:)``.
  var warning: String? { state.withLock { $0.cache.warning(at: environment.now()) } }
}
