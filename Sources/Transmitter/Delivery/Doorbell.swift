import Synchronization

/// Tells the dispatcher which streams have something new, without waiting for it: intake and registry ring
/// after their commit, the dispatcher answers when it can.
package final class Doorbell: Sendable {
  /// What a listener hears: the streams that were rung for, or nil once the bell is closed.
  private typealias Listener = CheckedContinuation<Set<Int64>?, Never>

  private struct State {
    var rung: Set<Int64> = []
    var listener: Listener?
    var isClosed = false

    /// The waiting listener with what it shall hear, if there is a listener and something to hear.
    mutating func takeListener() -> (listener: Listener, heard: Set<Int64>?)? {
      guard let listener, isClosed || !rung.isEmpty else { return nil }
      let heard = isClosed ? nil : rung
      self.listener = nil
      rung = []
      return (listener, heard)
    }
  }

  private let state = Mutex(State())
  /// Polls hear the same bell.
  let room = WaitingRoom()

  package init() {}

  func ring(_ stream: Int64) {
    ring([stream])
  }

  func ring(_ streams: Set<Int64>) {
    change { $0.rung.formUnion(streams) }
    room.ring(streams)
  }

  /// The streams that were rung for since the last call, waiting for the first; nil once the bell is closed.
  /// For a single listener.
  func answer() async -> Set<Int64>? {
    await withCheckedContinuation { (continuation: Listener) in
      change { $0.listener = continuation }
    }
  }

  func close() {
    change { $0.isClosed = true }
    room.close()
  }

  private func change(_ body: (inout State) -> Void) {
    let ready = state.withLock { state in
      body(&state)
      return state.takeListener()
    }
    if let ready { ready.listener.resume(returning: ready.heard) }
  }
}
