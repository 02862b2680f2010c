import SharedSignals

/// From the result of an attempt to its outcome on disk.
extension Dispatcher {
  /// - Parameter era: that of the attempt's beginning; the stream may be in another by now.
  func finish(
    _ delivery: PendingDelivery, of stream: Stream, in era: PushEra, _ result: AttemptResult
  ) {
    let now = clock.moment()
    // Randomness costs a system call, and a success needs none.
    let fraction = result.kind == .accepted ? 0 : environment.randomFraction()
    let isNews = note(result, of: stream, in: era, now: now, fraction: fraction)
    let isOutage = !isNews || queues[delivery.stream]?.isOutage == true
    let verdict = machine.verdict(
      on: result, of: delivery, inOutage: isOutage, now: now.time, fraction: fraction)
    conclude(delivery, on: era.route, result, verdict)
    if result.kind == .gone, isNews { Task { await pause(stream, goneIn: era) } }
  }

  /// Lets the stream's queue know what the receiver did. Answers false if it tells nothing of the receiver as it is
  /// now.
  private func note(
    _ result: AttemptResult, of stream: Stream, in era: PushEra, now: Moment, fraction: Double
  ) -> Bool {
    guard queues[stream.number]?.isNews(result, of: era) == true else { return false }
    // Not the queue itself: while a copy lives, a change copies all that waits in it.
    let trouble = queues[stream.number]?.trouble
    let fault = queues[stream.number]?.fault
    queues[stream.number]?.note(result, now: now, fraction: fraction)
    recordChange(of: stream, from: trouble, to: queues[stream.number]?.trouble)
    recordChange(of: stream, from: fault, to: queues[stream.number]?.fault, by: result)
    return true
  }

  /// Tells once of each fault of our own, and of its end.
  private func recordChange(
    of stream: Stream, from before: String?, to fault: String?, by result: AttemptResult
  ) {
    guard fault != before else { return }
    if fault == nil { log.recordFaultEnd(of: stream) } else { log.recordFault(result, of: stream) }
  }

  /// Tells once of each trouble that begins, becomes another, or ends.
  private func recordChange(of stream: Stream, from before: ReceiverTrouble?, to trouble: ReceiverTrouble?) {
    guard let trouble else { return before == nil ? () : log.recordReturn(of: stream) }
    guard before == nil || before?.alarm != trouble.alarm else { return }
    if let alarm = trouble.alarm { alarms[alarm, default: 0] += 1 }
    log.record(trouble, of: stream)
  }

  /// Holds what is queued for a receiver that is gone for good, until somebody enables the stream again.
  private func pause(_ stream: Stream, goneIn era: PushEra) async {
    // All that were under way answer the same.
    guard registry.stream(number: stream.number)?.status == .enabled else { return }
    do {
      _ = try await registry.update(stream.id, of: .administrator) { stream in
        guard stream.status == .enabled, stream.era == era else { throw NothingToPause() }
        stream.status = .paused
        stream.reason = "the receiver's endpoint is gone: it answers 410"
      }
    } catch StoreError.full, StoreError.busy, StoreError.closed, RegistryError.noSuchStream {
      // The next probe will tell again.
      return
    } catch is NothingToPause {
      return
    } catch {
      fail(error)
    }
  }

  /// The stream is in another era, or has been stopped: as it is, it stays.
  private struct NothingToPause: Error {}

  /// - Parameter route: how the attempt was made; nil where none was.
  func conclude(
    _ delivery: PendingDelivery, on route: PushRoute? = nil, _ result: AttemptResult,
    _ verdict: DeliveryStateMachine.Verdict
  ) {
    log.record(delivery, of: registry.stream(number: delivery.stream)?.id ?? "deleted", result, verdict)
    attempts.note(result, of: delivery, at: environment.now())
    outcomes.append(DeliveryOutcome(key: delivery.key, route: route, result: result, verdict: verdict))
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

  /// Waits a little while many outcomes come: one commit for all of them is cheaper. A batch that grows slowly goes at
  /// once, and so does one that has so many slots that the attempts of the others may end before it is on disk.
  private func gather() async {
    for _ in 1...Self.mostPauses {
      let count = outcomes.count
      guard inFlight - count >= Self.worthGathering, count < inFlight / 3 else { return }
      try? await environment.sleep(.milliseconds(5))
      guard outcomes.count >= count + Self.worthWaiting else { return }
    }
  }

  private static let mostPauses = 2
  /// How many attempts under way make more outcomes likely, and how many must come in each pause for another one.
  private static let (worthGathering, worthWaiting) = (48, 10)

  private func write(_ batch: [DeliveryOutcome]) async throws {
    try await commit { [environment, registry] transaction in
      let now = environment.now()
      for outcome in batch { try outcome.apply(in: transaction, registry, at: now) }
    }
  }

  private static let pauseOnFault = Duration.seconds(1)

  /// A transaction that waits until the disk has space and the database is nobody else's: what was delivered has to be
  /// kept some time.
  func commit<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) async throws -> Value {
    try await waitingOutFaults { try await store.transaction(mayUseBallast: true, body) }
  }

  /// Repeats what fails for a time only. A stop does not wait; what could not be kept is repeated after the next
  /// start.
  func waitingOutFaults<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    while true {
      do {
        return try await body()
      } catch let error as StoreError where error.isPassing && !isStopping {
        try await environment.sleep(Self.pauseOnFault)
      }
    }
  }

  private func release(_ batch: [DeliveryOutcome]) {
    inFlight -= batch.count
    for outcome in batch {
      large.end(outcome.key)
      queues[outcome.key.stream]?.finish([outcome.key.sequence])
      rotation.join(outcome.key.stream)
    }
  }
}
