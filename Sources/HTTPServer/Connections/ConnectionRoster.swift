import HTTP
import Sockets
import Synchronization

/// The open connections of one server: admits up to the limits and sees them out when the server drains.
final class ConnectionRoster: Sendable {
  private struct State {
    var seats: [ObjectIdentifier: Seat] = [:]
    var perAddress: [IPAddress: Int] = [:]
  }

  private let state = Mutex(State())
  private let draining = Atomic(false)
  private let stopping = Atomic(false)
  private let emptied = Suspension()
  private let most: Int
  private let mostPerAddress: Int

  init(_ limits: ServerLimits) {
    most = min(limits.connections, Self.descriptorsForConnections())
    mostPerAddress = limits.connectionsPerAddress
  }

  /// A flood from outside must leave descriptors for deliveries (256 slots), database, listeners and logs.
  private static let reservedDescriptors = 320

  private static func descriptorsForConnections() -> Int {
    let limit = fileLimit()
    return max(limit - reservedDescriptors, limit / 4)
  }

  var count: Int { state.withLock { $0.seats.count } }

  /// Whether connections are to be closed behind the request under way.
  var isDraining: Bool { draining.load(ordering: .sequentiallyConsistent) }

  /// Gives the connection a seat, which ``release(_:)`` must take back.
  func admit(_ socket: Socket) throws(ServerFailure) -> Seat {
    let seat = Seat(socket)
    try state.withLock { state throws(ServerFailure) in
      guard state.seats.count < most else { throw .tooManyConnections }
      if let address = Self.countedAddress(of: seat) {
        guard state.perAddress[address, default: 0] < mostPerAddress else {
          throw .tooManyConnectionsOfAddress
        }
        state.perAddress[address, default: 0] += 1
      }
      state.seats[ObjectIdentifier(seat)] = seat
    }
    if isDraining { seat.dismiss() }
    return seat
  }

  func release(_ seat: Seat) {
    let isEmpty = state.withLock { state in
      state.seats[ObjectIdentifier(seat)] = nil
      if let address = Self.countedAddress(of: seat) { Self.decrement(&state.perAddress[address]) }
      return state.seats.isEmpty
    }
    if isEmpty, isDraining { emptied.wake() }
  }

  private static func decrement(_ count: inout Int?) {
    count = count.flatMap { $0 > 1 ? $0 - 1 : nil }
  }

  /// Everybody behind a reverse proxy on this machine comes from a loopback address, so those are not
  /// counted.
  private static func countedAddress(of seat: Seat) -> IPAddress? {
    let address = seat.socket.remoteAddress.ip
    return address.isLoopback ? nil : address.unmapped
  }
}

// MARK: - Draining

extension ConnectionRoster {
  /// Sends idle connections away and has the others closed behind their request.
  func drain() {
    draining.store(true, ordering: .sequentiallyConsistent)
    let seats = state.withLock { Array($0.seats.values) }
    for seat in seats { seat.dismiss() }
  }

  /// Returns when every connection has gone, at the deadline, or after ``stopWaiting()``.
  func waitUntilEmpty(by deadline: Deadline) async {
    _ = await emptied.wait(until: deadline) {
      if count == 0 || stopping.load(ordering: .sequentiallyConsistent) { emptied.wake() }
    }
  }

  func stopWaiting() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    emptied.wake()
  }
}
