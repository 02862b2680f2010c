import Synchronization

/// Where polls wait for something to happen to their stream, one for each stream. A waiting poll is a suspended
/// task: it costs no thread.
final class WaitingRoom: Sendable {
  /// A place in the room, taken before the store is read: what happens from then on is not missed.
  struct Ticket: Hashable, Sendable {
    let stream: Int64
    fileprivate let number: Int
  }

  /// Why a wait ended.
  enum Call: Sendable {
    /// Something happened to the stream: look again.
    case rung
    /// Time is up, a newer poll came, or the transmitter stops.
    case released
  }

  private struct Place {
    let number: Int
    var call: Call?
    var waiter: CheckedContinuation<Call, Never>?
  }

  private struct State {
    var places: [Int64: Place] = [:]
    var lastNumber = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Takes the stream's place; whoever had it is released.
  func enter(_ stream: Int64) -> Ticket {
    let (ticket, former) = state.withLock { state in
      state.lastNumber += 1
      let former = state.places[stream]?.waiter
      let call: Call? = state.isClosed ? .released : nil
      state.places[stream] = Place(number: state.lastNumber, call: call, waiter: nil)
      return (Ticket(stream: stream, number: state.lastNumber), former)
    }
    former?.resume(returning: .released)
    return ticket
  }

  /// Waits until the stream is rung for or the place is lost; at once if that has happened since `enter`.
  func wait(_ ticket: Ticket) async -> Call {
    await withCheckedContinuation { continuation in
      let call = state.withLock { state -> Call? in
        guard var place = state.places[ticket.stream], place.number == ticket.number else { return .released }
        defer { state.places[ticket.stream] = place }
        if let call = place.call.take() { return call }
        place.waiter = continuation
        return nil
      }
      if let call { continuation.resume(returning: call) }
    }
  }

  func ring(_ streams: Set<Int64>) {
    for stream in streams { call(.rung, stream) { _ in true } }
  }

  /// Ends the wait behind a ticket.
  func release(_ ticket: Ticket) {
    call(.released, ticket.stream) { $0 == ticket.number }
  }

  /// Gives the place up.
  func leave(_ ticket: Ticket) {
    state.withLock { state in
      if state.places[ticket.stream]?.number == ticket.number { state.places[ticket.stream] = nil }
    }
  }

  /// Releases everyone, now and from now on.
  func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      defer { state.places = [:] }
      return state.places.values.compactMap(\.waiter)
    }
    for waiter in waiters { waiter.resume(returning: .released) }
  }

  private func call(_ call: Call, _ stream: Int64, where isMeant: (Int) -> Bool) {
    let waiter = state.withLock { state -> CheckedContinuation<Call, Never>? in
      guard var place = state.places[stream], isMeant(place.number) else { return nil }
      defer { state.places[stream] = place }
      if let waiter = place.waiter.take() { return waiter }
      // A release is final: nobody would end the wait that follows a ring.
      if place.call != .released { place.call = call }
      return nil
    }
    waiter?.resume(returning: call)
  }
}
