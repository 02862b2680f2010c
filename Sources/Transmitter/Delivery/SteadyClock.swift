import Synchronization

/// One instant on the two clocks that deliveries go by.
struct Moment: Hashable, Sendable {
  /// What due times in the store are held against: the wall clock, save that it never steps back.
  let time: Timestamp
  /// What pauses that are kept in memory are held against: no change of the wall clock moves it.
  let uptime: Duration
}

/// Keeps deliveries going through steps of the wall clock.
///
/// After a step back its time runs on from where it was, so that what was due stays due. A step forward is followed
/// at once, but for a minute it makes nothing older: receivers that are there get what waits for them before it
/// could expire, and a clock that was set wrongly may be set right.
package final class SteadyClock: Sendable {
  /// A step forward that is not believed yet.
  private struct Step {
    let size: Duration
    let end: Timestamp
    let believed: Duration
  }

  private struct State {
    /// The last reading of the environment's clocks.
    var wall: Timestamp
    var uptime: Duration
    /// Where our time runs on from: moved when the wall clock is ahead of it.
    var anchor: Moment
    var step: Step?

    var time: Timestamp { anchor.time + (uptime - anchor.uptime) }
  }

  /// Less is the wall clock's being slewed, or the system's being busy.
  private static let leastStep = Duration.seconds(5)
  private static let timeToBelieve = Duration.seconds(60)

  private let environment: Environment
  private let state: Mutex<State>

  package init(_ environment: Environment) {
    self.environment = environment
    let wall = environment.now()
    let uptime = environment.uptime()
    state = Mutex(State(wall: wall, uptime: uptime, anchor: Moment(time: wall, uptime: uptime)))
  }

  /// This instant.
  func moment() -> Moment {
    state.withLock { state in
      read(&state)
      return Moment(time: state.time, uptime: state.uptime)
    }
  }

  /// Moves the time forward to one that the store has seen already.
  func advance(to time: Timestamp) {
    state.withLock { state in
      read(&state)
      state.anchor = Moment(time: max(state.time, time), uptime: state.uptime)
    }
  }

  /// What was accepted before this instant of the wall clock is older than `horizon`.
  func cutoff(of horizon: Duration) -> Timestamp {
    state.withLock { state in
      read(&state)
      let cutoff = state.wall - horizon
      guard let step = state.step, cutoff < step.end else { return cutoff }
      return cutoff - step.size
    }
  }

  private func read(_ state: inout State) {
    let wall = environment.now()
    let uptime = environment.uptime()
    let gap = wall.since(state.wall) - (uptime - state.uptime)
    state.wall = wall
    state.uptime = uptime
    if wall > state.time { state.anchor = Moment(time: wall, uptime: uptime) }
    if let step = state.step, uptime >= step.believed { state.step = nil }
    if gap >= Self.leastStep {
      let size = gap + (state.step?.size ?? .zero)
      state.step = Step(size: size, end: wall, believed: uptime + Self.timeToBelieve)
    }
  }
}
