/// What the dispatcher knows of one stream: a short read-ahead of due deliveries, and what is in flight. Pure.
///
/// Two SETs about one subject are never in flight together; a slot is free again only when the outcome of its
/// attempt is on disk.
struct StreamQueue: Sendable {
  private let window: Int
  private var ready: ArraySlice<PendingDelivery> = []
  private var inFlight: [Int64: [UInt8]] = [:]
  private var breaker: Breaker
  /// The same for faults of our own, so that they cost the receiver's reputation nothing, nor us an attempt of each
  /// event.
  private var ownBreaker = Breaker()
  /// Why the breaker is open; nil while it is closed, or where only an earlier run knows.
  private(set) var trouble: ReceiverTrouble?
  /// The fault of our own for which nothing starts but now and then an attempt, by its code.
  private(set) var fault: String?
  private var rate: RateLimit?
  private var rateLimit: Int?
  /// When and where the breaker's experience was made; nil before there is any, and while the stream is polled.
  private var era: PushEra?
  /// The order keys in flight.
  private var busy: Set<[UInt8]> = []
  /// The store may hold due deliveries that were not read yet.
  private(set) var mayHoldMore = true
  private var isReading = false
  private var isResting = false
  /// When the earliest delivery that is not due yet will be.
  private(set) var nextDue: Timestamp?

  /// How many due deliveries are read at a time, at most.
  static let readAhead = 64
  /// What these may have in bytes, unless the first has more by itself.
  static let readAheadBytes = 128 << 10

  init(window: Int) {
    self.window = window
    breaker = Breaker()
  }

  /// - Parameters:
  ///   - quietUntil: the uptime before which the receiver wants nothing, as an earlier run heard.
  ///   - era: that of the receiver which asked for it.
  init(window: Int, quietUntil: Duration, in era: PushEra) {
    self.window = window
    self.era = era
    breaker = Breaker(quietUntil: quietUntil)
  }

  /// The deliveries that are in memory already and must not be read again.
  var known: Set<Int64> { Set(inFlight.keys).union(ready.map(\.sequence)) }

  var inFlightCount: Int { inFlight.count }
  var readyCount: Int { ready.count }
  private var readySize: Int { ready.lazy.map(\.size).reduce(0, +) }
  var quietUntil: Duration? { breaker.quietUntil }

  /// Whether whatever is sent there fails, so that a failure says nothing of the event.
  var isOutage: Bool { breaker.isOpen }

  /// There is something to start: in memory or, for a receiver that is only probed, perhaps in the store.
  private var mayHaveWork: Bool { !ready.isEmpty || isOutage && mayHoldMore }

  // MARK: - Pauses

  /// From when on breakers and rate let something start; nil where none has anything against it.
  private var opening: Duration? {
    Self.later(Self.later(breaker.opening, ownBreaker.opening), rate?.opening)
  }

  private static func later(_ first: Duration?, _ second: Duration?) -> Duration? {
    guard let first, let second else { return first ?? second }
    return max(first, second)
  }

  /// Whether nothing may start now, however much is ready.
  func isPaused(at now: Moment) -> Bool {
    opening.map { now.uptime < $0 } ?? false
  }

  /// How long until there will be something to do that is not to be done now.
  func nextWaking(after now: Moment) -> Duration? {
    let due = nextDue.map { max($0.since(now.time), .zero) }
    guard mayHaveWork, let opening, now.uptime < opening else { return due }
    return min(due ?? opening - now.uptime, opening - now.uptime)
  }

  /// Whether the time has come for something that was not to be done at once.
  func isWaiting(for now: Moment) -> Bool {
    nextDue.map { $0 <= now.time } ?? false || mayHaveWork && opening.map { $0 <= now.uptime } ?? false
  }

  /// What an attempt came to, as far as it tells of the receiver. For one that is only probed nothing is kept ready:
  /// with many of them it would be much.
  mutating func note(_ result: AttemptResult, now: Moment, fraction: Double) {
    guard result.kind != .unsent else { return noteFault(result, now: now, fraction: fraction) }
    ownBreaker.close(at: now.uptime)
    fault = nil
    // What began before the breaker opened says nothing new.
    let isFirst = trouble == nil || breaker.allowsAttempt(beside: 0, at: now.uptime)
    breaker.note(result.kind, at: now.uptime, fraction: fraction)
    if !breaker.isOpen { trouble = nil } else if isFirst { trouble = ReceiverTrouble(result) }
    if breaker.isOpen, !ready.isEmpty {
      ready = []
      mayHoldMore = true
    }
  }

  private mutating func noteFault(_ result: AttemptResult, now: Moment, fraction: Double) {
    ownBreaker.note(.failed, at: now.uptime, fraction: fraction)
    if ownBreaker.isOpen { fault = result.code }
  }

  /// Whether what became of an attempt tells of the receiver as it is now. What a receiver asks for holds over a
  /// change of the stream's status.
  func isNews(_ result: AttemptResult, of era: PushEra) -> Bool {
    guard case .deferred = result.kind else { return era == self.era }
    return era.route == self.era?.route
  }

  /// A receiver that has moved, or changed its credentials, is worth trying at once. So is one whose stream somebody
  /// has stopped or enabled, but for the quiet that it asked for.
  mutating func enter(_ era: PushEra, at now: Moment) {
    guard era != self.era else { return }
    if era.route == self.era?.route { breaker.close(at: now.uptime) } else { breaker = Breaker() }
    if !breaker.isOpen { trouble = nil }
    self.era = era
  }

  /// The stream has no receiver that is pushed to. The next one is a new one, whoever it is.
  mutating func leaveEra() {
    era = nil
  }

  /// Nothing is in flight and nothing is being read: the queue may be forgotten.
  var isIdle: Bool { inFlight.isEmpty && !isReading }

  /// There may be something new: the next reading tells, and tells what is due next.
  mutating func wake(atMost rateLimit: Int? = nil) {
    if rateLimit != self.rateLimit {
      self.rateLimit = rateLimit
      rate = rateLimit.map(RateLimit.init(perSecond:))
    }
    isResting = false
    mayHoldMore = true
    nextDue = nil
  }

  /// Nothing is to be started until the next wake, and what is ready may have changed by then. What is in flight
  /// stays known: it must not be read and sent a second time.
  mutating func rest() {
    isResting = true
    ready = []
    nextDue = nil
  }

  /// Whether the read-ahead runs low and a read should start. Answering true starts it.
  ///
  /// - Parameter count: how many deliveries it will read at most.
  mutating func beginsReading(_ count: Int = readAhead) -> Bool {
    guard mayHoldMore, !isReading, ready.count < max(count / 4, 1), readySize < Self.readAheadBytes
    else { return false }
    isReading = true
    mayHoldMore = false
    return true
  }

  mutating func endReading(_ page: DuePage) {
    isReading = false
    guard !isResting else { return }
    let known = known
    ready += page.deliveries.filter { !known.contains($0.sequence) }
    if page.isFull { mayHoldMore = true }
    nextDue = page.nextDue
  }

  /// The next delivery to attempt, if window, free slots, breaker and rate allow one; from then on it is in flight.
  ///
  /// A stream takes another slot only while more are free than it has already: however many streams hang, one that
  /// becomes active now finds a slot.
  ///
  /// - Parameters:
  ///   - free: the slots that no stream has.
  ///   - largest: the size of the largest delivery for which there is memory.
  mutating func start(free: Int = .max, largest: Int = .max, at now: Moment) -> PendingDelivery? {
    guard inFlight.count < min(window, free),
      breaker.allowsAttempt(beside: inFlight.count, at: now.uptime),
      ownBreaker.allowsAttempt(beside: inFlight.count, at: now.uptime),
      rate.map({ now.uptime >= $0.opening }) ?? true
    else { return nil }
    guard let index = ready.firstIndex(where: { !busy.contains($0.orderKey) && $0.size <= largest })
    else { return nil }
    let delivery = takeReady(at: index)
    rate?.take(at: now.uptime)
    inFlight[delivery.sequence] = delivery.orderKey
    busy.insert(delivery.orderKey)
    return delivery
  }

  /// Nearly always it is the first; taking that moves none of the others.
  private mutating func takeReady(at index: Int) -> PendingDelivery {
    guard index == ready.startIndex else { return ready.remove(at: index) }
    return ready.removeFirst()
  }

  /// Whether it is only for want of free slots, or of memory, that nothing starts.
  func isStarved(of free: Int, largest: Int = .max) -> Bool {
    !ready.isEmpty && inFlight.count < window
      && (inFlight.count >= free || ready.contains { $0.size > largest })
  }

  /// The outcome of these is on disk. Their successors may be due now.
  mutating func finish(_ sequences: some Sequence<Int64>) {
    for sequence in sequences {
      if let orderKey = inFlight.removeValue(forKey: sequence) { busy.remove(orderKey) }
    }
    mayHoldMore = true
  }
}

/// Due deliveries of one stream, in the order in which they fell due.
struct DuePage: Sendable {
  let deliveries: [PendingDelivery]
  /// More may be due than fitted in.
  let isFull: Bool
  let nextDue: Timestamp?
}
