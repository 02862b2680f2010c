import SQLite
import SharedSignals
import Synchronization

/// Gets due deliveries out: reads them ahead of need, attempts them side by side, writes what became of them.
///
/// Woken by commits and by the clock, never by a tick. It owns what is in flight; everything else it knows it
/// reads from the store again after a crash.
package actor Dispatcher {
  /// How much may be under way at once.
  package struct Windows: Sendable {
    package var perStream: Int
    package var inAll: Int

    package init(perStream: Int = 16, inAll: Int = 256) {
      self.perStream = perStream
      self.inAll = inAll
    }
  }

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
  /// Up to which delivery each stream's doomed ones were dropped.
  private var swept: [Int64: Int64] = [:]
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
    isRunning.store(true, ordering: .relaxed)
    defer { isRunning.store(false, ordering: .relaxed) }
    doorbell.ring(Set(try await store.read { try $0.streamsWithWork() }))
    while let streams = await doorbell.answer() {
      for stream in streams { wake(stream) }
      pump()
    }
    isStopping = true
    alarm?.task.cancel()
    await becomeIdle()
    if let failure { throw failure }
  }

  /// Starts nothing new; `run()` returns when what is in flight is settled.
  package nonisolated func stop() {
    doorbell.close()
  }

  /// Why nothing is delivered; nil if it is.
  package nonisolated var problem: String? {
    isRunning.load(ordering: .relaxed) ? nil : "the dispatcher is not running"
  }

  // MARK: - Waking

  private func wake(_ number: Int64) {
    let stream = registry.stream(number: number)
    sweepIfDoomed(number, through: stream?.droppedThrough ?? .max)
    guard let stream, stream.settings.delivery.pushTarget != nil else {
      queues[number]?.forgetReady()
      return
    }
    if stream.status != .enabled { queues[number]?.forgetReady() }
    queues[number, default: StreamQueue(window: windows.perStream)].wake()
    rotation.join(number)
  }

  private func sweepIfDoomed(_ number: Int64, through last: Int64) {
    guard last > swept[number, default: 0] else { return }
    swept[number] = last
    Task { await sweep(number) }
  }

  /// Clears away what a stop or the end of the stream leaves, a slice at a time: between slices other commits go
  /// first.
  private func sweep(_ number: Int64) async {
    do {
      var cleared = 0
      repeat {
        cleared = try await store.transaction { [environment] transaction in
          try transaction.sweep(number, at: environment.now())
        }
      } while cleared > 0 && !isStopping
    } catch {
      fail(error)
    }
  }

  // MARK: - Reading ahead and starting

  private func pump() {
    guard !isStopping, failure == nil else { return }
    while inFlight < windows.inAll, let number = rotation.next() {
      guard let stream = registry.stream(number: number), let target = stream.settings.delivery.pushTarget
      else { continue }
      readAhead(stream)
      guard let delivery = queues[number]?.start() else { continue }
      rotation.join(number)
      if stream.mayCarry(delivery) {
        start(delivery, to: target)
      } else {
        queues[number]?.finish([delivery.sequence])
      }
    }
  }

  private func readAhead(_ stream: Stream) {
    guard queues[stream.number]?.beginsReading() == true, let known = queues[stream.number]?.known else {
      return
    }
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

  /// Attempts a delivery; one that became too old while it waited is settled without.
  private func start(_ delivery: PendingDelivery, to target: PushTarget) {
    inFlight += 1
    guard !machine.isPastHorizon(delivery.accepted, now: environment.now()) else {
      return conclude(delivery, .tooOld, .expired)
    }
    Task(executorPreference: attempt.executor(for: target)) { [attempt] in
      let result = await attempt.deliver(delivery, to: target)
      await self.finish(delivery, result)
    }
  }

  // MARK: - Settling

  private func finish(_ delivery: PendingDelivery, _ result: AttemptResult) {
    let verdict = machine.verdict(
      on: result, of: delivery, now: environment.now(), fraction: environment.randomFraction())
    conclude(delivery, result, verdict)
  }

  private func conclude(
    _ delivery: PendingDelivery, _ result: AttemptResult, _ verdict: DeliveryStateMachine.Verdict
  ) {
    log.record(delivery, result, verdict)
    let key = DeliveryKey(
      sequence: delivery.sequence, stream: delivery.stream, orderKey: delivery.orderKey)
    outcomes.append(DeliveryOutcome(key: key, result: result, verdict: verdict))
    guard !isSettling else { return }
    isSettling = true
    Task { await settle() }
  }

  /// Writes outcomes in batches: those that arrive during a commit share the next one.
  private func settle() async {
    while !outcomes.isEmpty, failure == nil {
      let batch = outcomes
      outcomes = []
      do {
        try await write(batch)
        release(batch)
      } catch StoreError.full {
        outcomes = batch + outcomes
        try? await environment.sleep(.seconds(1))
      } catch {
        fail(error)
      }
      pump()
    }
    isSettling = false
    wakeIfIdle()
  }

  private func write(_ batch: [DeliveryOutcome]) async throws {
    try await store.transaction { [environment] transaction in
      let now = environment.now()
      for outcome in batch { try outcome.apply(in: transaction, at: now) }
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

  private struct Alarm {
    let time: Timestamp
    let task: Task<Void, Never>
  }

  /// Wakes the dispatcher when the earliest delivery that waits for its time falls due.
  private func setAlarm() {
    guard let next = queues.values.compactMap(\.nextDue).min(), alarm.map({ next < $0.time }) ?? true else {
      return
    }
    alarm?.task.cancel()
    let wait = max(next.since(environment.now()), .zero)
    alarm = Alarm(
      time: next,
      task: Task { [environment] in
        guard (try? await environment.sleep(wait)) != nil else { return }
        alarmRings()
      })
  }

  private func alarmRings() {
    alarm = nil
    let now = environment.now()
    for (number, queue) in queues where queue.nextDue.map({ $0 <= now }) ?? false { wake(number) }
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

extension Stream {
  /// Whether a delivery that was read ahead may still be sent as the stream is now.
  fileprivate func mayCarry(_ delivery: PendingDelivery) -> Bool {
    delivery.sequence > droppedThrough && (status == .enabled || delivery.isFarewell)
  }
}

extension Transaction {
  private static let slice = 500

  /// Clears one slice of a stream's doomed deliveries, or else of what a deleted stream has stored; answers how
  /// many rows.
  fileprivate func sweep(_ stream: Int64, at now: Timestamp) throws -> Int {
    let dropped = try database.dropDoomed(of: stream, atMost: Self.slice, at: now)
    count(.dropped, Int64(dropped), of: stream)
    return dropped > 0 ? dropped : try database.deleteSubjects(ofDeleted: stream, atMost: Self.slice)
  }
}
