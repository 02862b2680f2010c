import JOSE
import SharedSignals

/// Serves polls (RFC 8936): settles what the receiver acknowledges, then gives it what waits, oldest first, or
/// lets it wait for the next event.
package struct PollDesk: Sendable {
  /// The bounds of a poll.
  package struct Limits: Sendable {
    /// How long a poll waits when there is nothing.
    package var longestWait: Duration
    package var tokensInAnswer: Int
    /// An answer ends with the SET whose event brings their subjects and members to this size in all: events may be
    /// large, and the receivers that poll at once many.
    var eventBytesInAnswer = 1 << 20

    package init(longestWait: Duration = .seconds(30), tokensInAnswer: Int = 100) {
      self.longestWait = longestWait
      self.tokensInAnswer = tokensInAnswer
    }
  }

  private static let cachedBytes = 16 * 1024 * 1024

  private let store: Store
  private let registry: StreamRegistry
  private let keys: KeyRing
  private let signing: SigningPool
  private let room: WaitingRoom
  private let cache = TokenCache(capacity: cachedBytes)
  private let machine: DeliveryStateMachine
  private let limits: Limits
  private let clock: SteadyClock
  private let issuer: String
  private let environment: Environment

  package init(
    store: Store, registry: StreamRegistry, keys: KeyRing, signing: SigningPool, doorbell: Doorbell,
    machine: DeliveryStateMachine, limits: Limits, clock: SteadyClock, issuer: String,
    environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.keys = keys
    self.signing = signing
    room = doorbell.room
    self.machine = machine
    self.limits = limits
    self.clock = clock
    self.issuer = issuer
    self.environment = environment
  }

  /// Answers a poll of the owner's stream. Acknowledgements count before anything is chosen or waited for.
  ///
  /// - Throws: `RegistryError.noSuchStream`, also for a stream that is not polled.
  package func serve(_ request: PollRequest, stream id: String, of owner: StreamOwner) async throws
    -> PollAnswer
  {
    let stream = try polled(id, of: owner)
    try await settle(request, of: stream)
    // A poll that does not wait takes nobody's place.
    guard !request.returnsImmediately else { return try await look(request, in: polled(id, of: owner)) }
    let ticket = room.enter(stream.number)
    defer { room.leave(ticket) }
    let alarm = Task { [environment, limits, room] in
      try await environment.sleep(limits.longestWait)
      room.release(ticket)
    }
    defer { alarm.cancel() }
    return try await answer(request, id, of: owner, ticket)
  }

  private func polled(_ id: String, of owner: StreamOwner) throws(RegistryError) -> Stream {
    let stream = try registry.stream(id, of: owner)
    guard stream.settings.delivery.pushTarget == nil else { throw .noSuchStream(id) }
    return stream
  }

  /// Looks, and waits, until there is something or the wait is over, also where the stream is stopped: a receiver
  /// that polls in a loop shall not spin, and gets what was held as soon as the stream goes on. The stream is read anew
  /// each time.
  private func answer(
    _ request: PollRequest, _ id: String, of owner: StreamOwner, _ ticket: WaitingRoom.Ticket
  ) async throws -> PollAnswer {
    while true {
      let answer = try await look(request, in: polled(id, of: owner))
      if !answer.tokens.isEmpty || answer.isMoreAvailable { return answer }
      if await room.wait(ticket) == .released { return .empty }
    }
  }

  private func look(_ request: PollRequest, in stream: Stream) async throws -> PollAnswer {
    let wanted = min(request.maximum ?? limits.tokensInAnswer, limits.tokensInAnswer)
    let page = try await page(of: stream, atMost: wanted)
    let tokens = try await keys.signing(stream.form.algorithm, for: .set) { key in
      try await sign(page.deliveries, with: key)
    }
    return PollAnswer(tokens: tokens, isMoreAvailable: page.isMoreAvailable)
  }

  /// What waits, once what became too old while nobody polled is settled, a slice at a time. Where nothing is too old
  /// that is one visit to the store, at which all the polls that an event wakes queue up.
  private func page(of stream: Stream, atMost limit: Int) async throws -> PollPage {
    while true {
      let now = environment.now()
      let horizon = clock.cutoff(of: stream.terms.horizon ?? machine.horizon)
      let page = try await store.read { [issuer, limits] database -> PollPage? in
        let page = try database.pollPage(
          of: stream, issuer: issuer, atMost: limit, bytes: limits.eventBytesInAnswer,
          farewellsSince: now - Self.farewellTime)
        // Of a stopped stream the page has the farewell alone.
        let first = stream.status == .enabled ? page.deliveries.first?.accepted : nil
        let oldest = try first ?? database.firstWaiting(in: stream.number)?.since
        return oldest.map { $0 < horizon } == true ? nil : page
      }
      if let page { return page }
      try await store.transaction(mayUseBallast: true) {
        _ = try $0.expire(before: horizon, of: stream.number, at: now)
      }
    }
  }

  private func sign(
    _ deliveries: [PendingDelivery], with key: SigningKey
  ) async throws -> [PollAnswer.Token] {
    var tokens: [PollAnswer.Token] = []
    for delivery in deliveries {
      tokens.append(PollAnswer.Token(jti: delivery.tokenID, compact: try await sign(delivery, with: key)))
    }
    return tokens
  }

  private func sign(_ delivery: PendingDelivery, with key: SigningKey) async throws -> [UInt8] {
    if let token = cache.token(delivery.tokenID, signedBy: key.id) { return token }
    let token = try await signing.sign(delivery, with: key)
    cache.keep(token, delivery.tokenID, signedBy: key.id)
    return token
  }

  // MARK: - Settling

  private func settle(_ request: PollRequest, of stream: Stream) async throws {
    let taken = request.acknowledged.map { (jti: $0, settlement: Settlement.acknowledged) }
    let refused = request.rejected.map { (jti: $0.key, settlement: Settlement.rejected($0.value)) }
    let all = taken + refused
    for start in stride(from: 0, to: all.count, by: Store.pageRows) {
      let slice = Array(all[start..<min(start + Store.pageRows, all.count)])
      try await store.transaction(mayUseBallast: true) { [environment] transaction in
        for (jti, settlement) in slice {
          try settlement.apply(to: jti, of: stream.number, in: transaction, at: environment.now())
        }
      }
    }
  }

  /// How long a stopped stream offers its farewell.
  private static let farewellTime = Duration.seconds(3600)
}

/// What a receiver said of one SET.
private enum Settlement: Sendable {
  case acknowledged
  case rejected(SETErrorReport?)

  /// An unknown `jti` (settled already, or never ours) is ignored: the receiver may repeat itself.
  func apply(to jti: String, of stream: Int64, in transaction: Transaction, at now: Timestamp) throws {
    guard let key = try transaction.database.pendingDelivery(jti, of: stream) else { return }
    let (state, result) = outcome
    if try transaction.settle(key, as: state, result, at: now) {
      try transaction.database.note(result, of: key, at: now)
    }
  }

  private var outcome: (SettledState, AttemptResult) {
    switch self {
    case .acknowledged: (.delivered, AttemptResult(.accepted, code: "poll_acknowledged"))
    case .rejected(let report): (.dead, Self.refusal(report))
    }
  }

  private static func refusal(_ report: SETErrorReport?) -> AttemptResult {
    var result = AttemptResult(.refused, code: report?.code.rawValue ?? "poll_rejected")
    result.answer = Array((report?.description ?? "").utf8.prefix(AttemptResult.longestAnswer))
    return result
  }
}
