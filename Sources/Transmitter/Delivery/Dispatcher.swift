import HTTPClient
import SQLite
import SharedSignals
import Synchronization

/// Gets due deliveries out: reads them ahead of need, attempts them side by side, writes what became of them.
///
/// Woken by commits and by the clock, never by a tick. It owns what is in flight; everything else it knows it
/// reads from the store again after a crash.
package actor Dispatcher {
  let store: Store
  let registry: StreamRegistry
  private let doorbell: Doorbell
  private let attempt: PushAttempt
  let machine: DeliveryStateMachine
  let windows: Windows
  private let issuer: String
  let environment: Environment
  let clock: SteadyClock
  let log: DeliveryLog

  var queues: [Int64: StreamQueue] = [:]
  var rotation = Rotation()
  private var sweeps = Sweeps()
  var inFlight = 0
  var large = LargeDeliveries()
  /// What became of attempts, on its way to the store.
  var outcomes: [DeliveryOutcome] = []
  var isSettling = false
  /// What attempts have come to, for metrics.
  package internal(set) var attempts = AttemptFigures()
  /// How often operators were called, for metrics.
  package internal(set) var alarms: [ReceiverAlarm: Int] = [:]
  private var alarm: Alarm?
  private(set) var isStopping = false
  private(set) var failure: (any Error)?
  private nonisolated let isRunning = Atomic<Bool>(false)
  private var whenIdle: CheckedContinuation<Void, Never>?

  package init(
    store: Store, registry: StreamRegistry, doorbell: Doorbell, attempt: PushAttempt,
    machine: DeliveryStateMachine, windows: Windows, issuer: String, clock: SteadyClock,
    environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.doorbell = doorbell
    self.attempt = attempt
    self.machine = machine
    self.windows = windows
    self.issuer = issuer
    self.clock = clock
    self.environment = environment
    log = DeliveryLog(logger: environment.logger)
  }

  /// Delivers until `stop()`, then returns when nothing is in flight any more.
  ///
  /// - Throws: the store's error, when the store can no longer be trusted to keep what is written.
  package func run() async throws {
    try await recall()
    isRunning.store(true, ordering: .relaxed)
    while let streams = await doorbell.answer() {
      for stream in streams { wake(stream) }
      pump()
      setAlarm()
    }
    isStopping = true
    isRunning.store(false, ordering: .relaxed)
    alarm?.task.cancel()
    await becomeIdle()
    if let failure { throw failure }
  }

  /// Learns from the store what there is to do, how far its time had come, and which receivers asked for quiet.
  private func recall() async throws {
    let (found, eras) = try await store.read { [environment, registry] database in
      let found = try database.recollection(at: environment.now())
      // Here they are still those of the receivers that asked.
      return (found, found.quiet.keys.map { ($0, registry.stream(number: $0)?.era) })
    }
    clock.advance(to: found.time)
    let uptime = clock.moment().uptime
    for case (let number, let era?) in eras {
      guard let wait = found.quiet[number] else { continue }
      queues[number] = StreamQueue(window: windows.perStream, quietUntil: uptime + wait, in: era)
    }
    doorbell.ring(found.streamsWithWork)
  }

  /// Starts nothing new; `run()` returns when what is in flight is settled.
  package nonisolated func stop() {
    doorbell.close()
  }

  /// Why nothing new is delivered; nil if it is.
  package nonisolated var problem: String? {
    isRunning.load(ordering: .relaxed) ? nil : "the dispatcher is not running"
  }

  /// How the receivers of all push streams fare, oldest stream first.
  package func conditions() -> [StreamCondition] {
    registry.streams(of: .administrator).compactMap(condition)
  }

  /// How the stream's receiver fares; nil for a stream that is polled.
  package func condition(of stream: Stream) -> StreamCondition? {
    guard stream.route != nil else { return nil }
    let queue = queues[stream.number] ?? StreamQueue(window: windows.perStream)
    return queue.condition(of: stream.id, at: clock.moment())
  }

  // MARK: - Waking

  private func wake(_ number: Int64) {
    let stream = registry.stream(number: number)
    sweepIfDoomed(number, through: stream?.droppedThrough ?? .max)
    guard let stream, let era = stream.era else { return rest(number) }
    // A stopped stream may still have its farewell to send.
    if stream.status != .enabled { queues[number]?.rest() }
    queues[number, default: StreamQueue(window: windows.perStream)].enter(era, at: clock.moment())
    queues[number]?.wake(atMost: stream.terms.rateLimit)
    rotation.join(number)
  }

  /// Starts nothing more of a stream. Its queue goes when nothing of it is in flight any more.
  private func rest(_ number: Int64) {
    queues[number]?.rest()
    queues[number]?.leaveEra()
    if queues[number]?.isIdle == true { queues[number] = nil }
  }

  private func sweepIfDoomed(_ number: Int64, through last: Int64) {
    guard sweeps.begins(number, through: last) else { return }
    Task { await sweep(number) }
  }

  /// Clears away what a stop or the end of the stream leaves, a slice at a time: between slices other commits go
  /// first. Meanwhile the stream is not read; what waited behind the doomed may be due afterwards.
  private func sweep(_ number: Int64) async {
    do {
      while try await commit({ [environment] in try $0.sweep(number, at: environment.now()) }) > 0,
        !isStopping
      {}
      sweeps.end(number)
      wake(number)
      pump()
    } catch {
      failUnlessRepeated(error)
    }
  }

  // MARK: - Reading ahead and starting

  func pump() {
    guard !isStopping, failure == nil else { return }
    let now = clock.moment()
    var starved: [Int64] = []
    while inFlight < windows.inAll, let number = rotation.next() {
      guard let stream = registry.stream(number: number), let era = stream.era else {
        rest(number)
        continue
      }
      // The bell for a change may not have rung yet.
      queues[number]?.enter(era, at: now)
      readAhead(stream, at: now)
      let (free, room) = (windows.inAll - inFlight, large.room(for: number))
      guard let delivery = queues[number]?.start(free: free, largest: room, at: now) else {
        if queues[number]?.isStarved(of: free, largest: room) == true { starved.append(number) }
        continue
      }
      rotation.join(number)
      start(delivery, of: stream, in: era)
    }
    // Their turn comes when anybody's slot becomes free.
    for number in starved { rotation.join(number) }
  }

  /// Deliveries that all streams together keep ready, but for the few that each may in any case.
  private static let mostReady = 4096

  /// One that is only probed is read when the time for a probe has come.
  private func readAhead(_ stream: Stream, at now: Moment) {
    let count = min(max(Self.mostReady / max(queues.count, 1), 4), StreamQueue.readAhead)
    guard !sweeps.isUnderWay(stream.number), let queue = queues[stream.number],
      !(queue.isOutage && queue.isPaused(at: now)), queues[stream.number]?.beginsReading(count) == true
    else { return }
    Task { await read(stream, except: queue.known, atMost: count) }
  }

  private func read(_ stream: Stream, except known: Set<Int64>, atMost count: Int) async {
    do {
      let page = try await waitingOutFaults {
        try await store.read { [issuer, clock] database in
          try database.duePage(
            of: stream, issuer: issuer, except: known, atMost: count, at: clock.moment().time)
        }
      }
      queues[stream.number]?.endReading(page)
      setAlarm()
      rotation.join(stream.number)
      pump()
    } catch {
      failUnlessRepeated(error)
    }
  }

  /// Attempts a delivery. One that became too old while it waited is settled without; one that was read before the
  /// stream was stopped stays where it is.
  private func start(_ delivery: PendingDelivery, of stream: Stream, in era: PushEra) {
    guard stream.mayCarry(delivery) else { queues[stream.number]?.finish([delivery.sequence]); return }
    inFlight += 1
    large.begin(delivery)
    guard delivery.accepted >= clock.cutoff(of: stream.terms.horizon ?? machine.horizon) else {
      return conclude(delivery, .tooOld, .expired)
    }
    let loop = attempt.loop(for: stream)
    Task(executorPreference: loop) { [attempt] in
      let result = await attempt.deliver(
        delivery, on: era.route, sentOn: loop, signedBy: stream.form.algorithm)
      await self.finish(delivery, of: stream, in: era, result)
    }
  }

  // MARK: - Clock

  /// Wakes the dispatcher when there is something to do that is not to be done at once.
  func setAlarm() {
    let now = clock.moment()
    guard !isStopping, let wait = queues.values.lazy.compactMap({ $0.nextWaking(after: now) }).min(),
      alarm.map({ now.uptime + wait < $0.time }) ?? true
    else { return }
    alarm?.task.cancel()
    alarm = Alarm(
      time: now.uptime + wait,
      task: Task { [environment] in
        guard (try? await environment.sleep(wait)) != nil else { return }
        alarmRings()
      })
  }

  private func alarmRings() {
    let now = clock.moment()
    alarm = nil
    for (number, queue) in queues where queue.isWaiting(for: now) { wake(number) }
    pump()
    setAlarm()
  }

  // MARK: - Ending

  func fail(_ error: any Error) {
    failure = failure ?? error
    doorbell.close()
  }

  /// What a stop finds unread or unswept is so for the next start.
  private func failUnlessRepeated(_ error: any Error) {
    switch error {
    case StoreError.closed: return
    case let error as StoreError where error.isPassing && isStopping: return
    default: fail(error)
    }
  }

  private func becomeIdle() async {
    guard inFlight > 0, failure == nil else { return }
    await withCheckedContinuation { whenIdle = $0 }
  }

  func wakeIfIdle() {
    guard inFlight == 0 || failure != nil else { return }
    whenIdle?.resume()
    whenIdle = nil
  }
}
