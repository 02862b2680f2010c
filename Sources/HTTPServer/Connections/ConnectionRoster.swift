import HTTP
import POSIX
import Sockets
import Synchronization

/// The open connections of one server: admits up to the limits and sees them out when the server drains.
final class ConnectionRoster: Sendable {
  private struct State {
    var seats: [ObjectIdentifier: Seat] = [:]
    var perAddress: [IPAddress: Int] = [:]
    var tide = Tide()
  }

  private let state = Mutex(State())
  private let draining = Atomic(false)
  private let stopping = Atomic(false)
  private let emptied = Suspension()
  private let most: Int
  private let mostPerAddress: Int
  private let proxies: TrustedProxies

  init(_ limits: ServerLimits, proxies: TrustedProxies = TrustedProxies()) {
    most = min(limits.connections, Self.descriptorsForConnections())
    mostPerAddress = limits.connectionsPerAddress
    self.proxies = proxies
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
      guard countIn(countedAddress(of: seat), &state) else { throw .tooManyConnectionsOfAddress }
      state.seats[ObjectIdentifier(seat)] = seat
      state.tide.rise(to: state.seats.count)
    }
    if isDraining { seat.dismiss() }
    return seat
  }

  func release(_ seat: Seat) {
    let (isEmpty, isFloodOver) = state.withLock { state in
      state.seats[ObjectIdentifier(seat)] = nil
      Self.countOut(countedAddress(of: seat), &state)
      return (state.seats.isEmpty, state.tide.fall(to: state.seats.count))
    }
    if isEmpty, isDraining { emptied.wake() }
    if isFloodOver { Heap.trim() }
  }

  /// Whether a client that is called for by a proxy may have one more request under way; if so
  /// ``releaseRequest(of:)`` must follow.
  func admitRequest(of client: ClientAddress) -> Bool {
    !client.isForwarded || state.withLock { countIn(client.ip.subscriber, &$0) }
  }

  func releaseRequest(of client: ClientAddress) {
    if client.isForwarded { state.withLock { Self.countOut(client.ip.subscriber, &$0) } }
  }

  private func countIn(_ address: IPAddress?, _ state: inout State) -> Bool {
    guard let address else { return true }
    guard state.perAddress[address, default: 0] < mostPerAddress else { return false }
    state.perAddress[address, default: 0] += 1
    return true
  }

  private static func countOut(_ address: IPAddress?, _ state: inout State) {
    guard let address, let count = state.perAddress[address] else { return }
    state.perAddress[address] = count > 1 ? count - 1 : nil
  }

  /// Everybody behind a reverse proxy comes from its address, which so is not counted; nor is a loopback address,
  /// where there may be a proxy that nobody has named.
  private func countedAddress(of seat: Seat) -> IPAddress? {
    let address = seat.socket.remoteAddress.ip
    return address.isLoopback || proxies.contains(address) ? nil : address.subscriber
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
