import COpenSSL
import Synchronization

/// A finished session's state that a new session to the same server may resume.
final class TLSTicket: Sendable {
  // An `SSL_SESSION` is reference counted and not changed once it is kept here.
  nonisolated(unsafe) let handle: OpaquePointer

  init(taking handle: OpaquePointer) { self.handle = handle }

  deinit { SSL_SESSION_free(handle) }
}

/// Between whom a ticket counts: a resumed session has the server's name and the client's identity of the first.
struct TLSTicketOwner: Hashable, Sendable {
  let peer: TLSPeerName
  let identity: TLSClientIdentity?
}

/// The newest ticket per server and identity. A ticket is given out once (RFC 8446 §C.4), and only for the name whose
/// certificate was verified when it was issued.
final class TLSTicketCache: Sendable {
  private static let capacity = 1024

  private let tickets = Mutex<[TLSTicketOwner: TLSTicket]>([:])

  func take(for owner: TLSTicketOwner) -> TLSTicket? {
    tickets.withLock { $0.removeValue(forKey: owner) }
  }

  /// Keeps `ticket`. In a full cache any other ticket gives way: its loss costs one full handshake.
  func keep(_ ticket: TLSTicket, for owner: TLSTicketOwner) {
    tickets.withLock { tickets in
      if tickets.count >= Self.capacity, tickets[owner] == nil { _ = tickets.popFirst() }
      tickets[owner] = ticket
    }
  }
}
