import CEpoll
import Glibc
import Synchronization

/// Knows which of an event loop's descriptors somebody waits for, and which of these have become ready.
///
/// To arm one is a single system call on the thread of the task that waits. What became ready together is taken
/// together.
final class Poller: Sendable {
  /// What a descriptor is watched for, or ready for.
  struct Interest: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let read = Interest(rawValue: EPOLLIN.rawValue)
    static let write = Interest(rawValue: EPOLLOUT.rawValue)
    fileprivate static let ended = Interest(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
  }

  /// The name of one descriptor here, never used again: what is still reported of a closed one meets nobody.
  typealias Registration = UInt64

  private struct State {
    var last: Registration = 0
    var owners: [Registration: Readiness] = [:]
  }

  private let descriptor: Descriptor
  private let state = Mutex(State())

  init() {
    let number = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard number >= 0 else {
      fatalError("no descriptor is free for an event loop: raise the limit of open files")
    }
    descriptor = Descriptor(owning: number)
  }

  /// Can be read from while something is ready.
  var number: CInt { descriptor.number }

  /// Begins to watch a descriptor, as ``arm(_:as:for:)`` does. Its owner is held until it is forgotten.
  func add(_ number: CInt, of owner: Readiness, for interest: Interest) throws(SocketError.Cause)
    -> Registration
  {
    let registration = state.withLock { state in
      state.last += 1
      state.owners[state.last] = owner
      return state.last
    }
    do throws(SocketError.Cause) {
      try control(EPOLL_CTL_ADD, number, registration, interest)
    } catch {
      forget(registration)
      throw error
    }
    return registration
  }

  /// Watches a descriptor until it is ready for any of this, once. In place of what it was watched for before.
  func arm(_ number: CInt, as registration: Registration, for interest: Interest) throws(SocketError.Cause) {
    try control(EPOLL_CTL_MOD, number, registration, interest)
  }

  func forget(_ registration: Registration) {
    _ = state.withLock { $0.owners.removeValue(forKey: registration) }
  }

  private func control(
    _ operation: CInt, _ number: CInt, _ registration: Registration, _ interest: Interest
  ) throws(SocketError.Cause) {
    var event = epoll_event()
    event.events = interest.rawValue | EPOLLONESHOT.rawValue
    event.data.u64 = registration
    guard epoll_ctl(descriptor.number, operation, number, &event) == 0 else { throw .system(errno) }
  }

  /// Wakes who waited for what is ready now.
  func wakeReady() {
    for (owner, interest) in ready() { owner.becameReady(interest) }
  }

  private static let mostAtOnce = 256

  private func ready() -> [(Readiness, Interest)] {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.mostAtOnce) { events in
      let count = epoll_wait(descriptor.number, events.baseAddress, CInt(events.count), 0)
      return state.withLock { state in
        events.prefix(max(Int(count), 0)).compactMap { event in
          state.owners[event.data.u64].map { ($0, Self.interest(event)) }
        }
      }
    }
  }

  /// A descriptor that has ended is ready for everything: the next call tells.
  private static func interest(_ event: epoll_event) -> Interest {
    let reported = Interest(rawValue: event.events)
    return reported.isDisjoint(with: .ended) ? reported : [.read, .write]
  }
}
