import SQLite
import SharedSignals
import Synchronization

/// Gets due deliveries out: reads them ahead of need, attempts them side by side, writes what became of them.
///
/// Woken by commits and by the clock, never by a tick. It owns what is in flight; everything else it knows it
/// reads from the store again after a crash.
package actor Dispatcher {
  private let store: Store
  private let registry: StreamRegistry
  private let doorbell: Doorbell
  private let attempt: PushAttempt
  private let machine: DeliveryStateMachine
  private let windows: Windows
  private let issuer: String
  private let environment: Environment
  private let log: DeliveryLog

  private var queues: [Int64: StreamQueue] = [:]
  private var rotation = Rotation()
  private var sweeps = Sweeps()
  private var inFlight = 0
  private var outcomes: [DeliveryOutcome] = []
  private var isSettling = false
  private var alarm: Alarm?
  private var isStopping = false
  private var failure: (any Error)?
  private nonisolated let isRunning = Atomic<Bool>(false)
  private var whenIdle: CheckedContinuation<Void, Never>?

  package init(
    store: Store, registry: StreamRegistry, doorbell: Doorbell, attempt: PushAttempt,
    machine: DeliveryStateMachine, windows: Windows, issuer: String, environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.doorbell = doorbell
    self.attempt = attempt
    self.machine = machine
    self.windows = windows
    self.issuer = issuer
    self.environment = environment
    log = DeliveryLog(logger: environment.logger)
  }

  /// Delivers until `stop()`, then returns when nothing is in flight any more.
  ///
  /// - Throws: the store's error, when the store can no longer be trusted to keep what is written.
  package func run() async throws {
    doorbell.ring(Set(try await store.read { try $0.streamsWithWork() }))
    isRunning.store(true, ordering: .relaxed)
    while let streams = await doorbell.answer() {
      for stream in streams { wake(stream) }
      pump()
    }
    isStopping = true
    isRunning.store(false, ordering: .relaxed)
    alarm?.task.cancel()
    await becomeIdle()
    if let failure { throw failure }
  }

  /// Starts nothing new; `run()` returns when what is in flight is settled.
  package nonisolated func stop() {
    doorbell.close()
  }

  /// Why nothing new is delivered; nil if it is.
  package nonisolated var problem: String? {
    isRunning.load(ordering: .relaxed) ? nil : "the dispatcher is not running"
  }

  // MARK: - Waking

  private func wake(_ number: Int64) {
    let stream = registry.stream(number: number)
    sweepIfDoomed(number, through: stream?.droppedThrough ?? .max)
    guard let stream, let target = stream.settings.delivery.pushTarget else { return rest(number) }
    // A stopped stream may still have its farewell to send.
    if stream.status != .enabled { queues[number]?.rest() }
    queues[number, default: StreamQueue(window: windows.perStream)].wake(for: target)
    rotation.join(number)
  }

  /// Starts nothing more of a stream. Its queue goes when nothing of it is in flight any more.
  private func rest(_ number: Int64) {
    queues[number]?.rest()
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
    } catch StoreError.closed {
      return
    } catch {
      fail(error)
    }
  }

  // MARK: - Reading ahead and starting

  private func pump() {
    guard !isStopping, failure == nil else { return }
    var starved: [Int64] = []
    while inFlight < windows.inAll, let number = rotation.next() {
      guard let stream = registry.stream(number: number), let target = stream.settings.delivery.pushTarget
      else {
        rest(number)
        continue
      }
      readAhead(stream)
      let free = windows.inAll - inFlight
      guard let delivery = queues[number]?.start(free: free, at: environment.now()) else {
        if queues[number]?.isStarved(of: free) == true { starved.append(number) }
        continue
      }
      rotation.join(number)
      start(delivery, of: stream, to: target)
    }
    // Their turn comes when anybody's slot becomes free.
    for number in starved { rotation.join(number) }
  }

  private func readAhead(_ stream: Stream) {
    guard !sweeps.isUnderWay(stream.number), queues[stream.number]?.beginsReading() == true,
      let known = queues[stream.number]?.known
    else { return }
    Task { await read(stream, except: known) }
  }

  private func read(_ stream: Stream, except known: Set<Int64>) async {
    do {
      let page = try await store.read { [issuer, environment] database in
        try database.duePage(of: stream, issuer: issuer, except: known, at: environment.now())
      }
      queues[stream.number]?.endReading(page)
      setAlarm()
      rotation.join(stream.number)
      pump()
    } catch StoreError.closed {
      return
    } catch {
      fail(error)
    }
  }

  /// Attempts a delivery. One that became too old while it waited is settled without; one that was read before the
  /// stream was stopped stays where it is.
  private func start(_ delivery: PendingDelivery, of stream: Stream, to target: PushTarget) {
    guard stream.mayCarry(delivery) else { queues[stream.number]?.finish([delivery.sequence]); return }
    inFlight += 1
    guard !machine.isPastHorizon(delivery.accepted, now: environment.now()) else {
      return conclude(delivery, .tooOld, .expired)
    }
    Task(executorPreference: attempt.executor(for: target)) { [attempt] in
      let result = await attempt.deliver(
        delivery, to: target, signedBy: stream.form.algorithm)
      await self.finish(delivery, result)
    }
  }

  // MARK: - Settling

  private func finish(_ delivery: PendingDelivery, _ result: AttemptResult) {
    let now = environment.now()
    // Only failures wait for a random time.
    let fraction = result.kind == .accepted ? 0 : environment.randomFraction()
    let verdict = machine.verdict(on: result, of: delivery, now: now, fraction: fraction)
    queues[delivery.stream]?.note(result.kind, at: now, fraction: fraction)
    conclude(delivery, result, verdict)
  }

  private func conclude(
    _ delivery: PendingDelivery, _ result: AttemptResult, _ verdict: DeliveryStateMachine.Verdict
  ) {
    log.record(delivery, result, verdict)
    outcomes.append(DeliveryOutcome(key: delivery.key, result: result, verdict: verdict))
    guard !isSettling else { return }
    isSettling = true
    Task { await settle() }
  }

  /// Writes outcomes in batches: those that arrive during a commit share the next one.
  private func settle() async {
    while !outcomes.isEmpty, failure == nil {
      await gather()
      let batch = outcomes
      outcomes = []
      do {
        try await write(batch)
        release(batch)
      } catch {
        fail(error)
      }
      pump()
      setAlarm()
    }
    isSettling = false
    wakeIfIdle()
  }

  /// With much under way more outcomes come within moments, and one commit for all of them is cheaper:
  /// measured, some 50 µs of processor time for each SET.
  private func gather() async {
    guard inFlight - outcomes.count >= Self.worthGathering else { return }
    try? await Task.sleep(for: .milliseconds(3))
  }

  private static let worthGathering = 48

  private func write(_ batch: [DeliveryOutcome]) async throws {
    try await commit { [environment] transaction in
      let now = environment.now()
      for outcome in batch { try outcome.apply(in: transaction, at: now) }
    }
  }

  private static let pauseOnFullDisk = Duration.seconds(1)

  /// A transaction that waits while the disk is full: what was delivered has to be kept some time. A stop does
  /// not wait; what could not be kept is repeated after the next start.
  private func commit<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) async throws -> Value {
    while true {
      do {
        return try await store.transaction(body)
      } catch StoreError.full where !isStopping {
        try await environment.sleep(Self.pauseOnFullDisk)
      }
    }
  }

  private func release(_ batch: [DeliveryOutcome]) {
    inFlight -= batch.count
    for outcome in batch {
      queues[outcome.key.stream]?.finish([outcome.key.sequence])
      rotation.join(outcome.key.stream)
    }
  }

  // MARK: - Clock

  /// Wakes the dispatcher when the earliest delivery that waits for its time falls due.
  private func setAlarm() {
    let now = environment.now()
    guard !isStopping, let next = queues.values.compactMap({ $0.nextWaking(after: now) }).min(),
      alarm.map({ next < $0.time }) ?? true
    else { return }
    alarm?.task.cancel()
    let wait = max(next.since(now), .zero)
    alarm = Alarm(
      time: next,
      task: Task { [environment] in
        guard (try? await environment.sleep(wait)) != nil else { return }
        alarmRings()
      })
  }

  private func alarmRings() {
    let time = alarm?.time ?? environment.now()
    alarm = nil
    for (number, queue) in queues where queue.isWaiting(for: time) { wake(number) }
    pump()
    setAlarm()
  }

  // MARK: - Ending

  private func fail(_ error: any Error) {
    failure = failure ?? error
    doorbell.close()
  }

  private func becomeIdle() async {
    guard inFlight > 0, failure == nil else { return }
    await withCheckedContinuation { whenIdle = $0 }
  }

  private func wakeIfIdle() {
    guard inFlight == 0 || failure != nil else { return }
    whenIdle?.resume()
    whenIdle = nil
  }
}
