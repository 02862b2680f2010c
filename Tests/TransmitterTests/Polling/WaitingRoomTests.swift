import Foundation
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(1))) struct WaitingRoomTests {
  private let room = WaitingRoom()

  /// Somebody who waits behind a ticket.
  private func waiter(_ ticket: WaitingRoom.Ticket) -> Task<WaitingRoom.Call, Never> {
    Task { await room.wait(ticket) }
  }

  /// Waiters that are known to wait: each has been rung for once, has heard it, and waits again.
  private func settledWaiters(_ tickets: [WaitingRoom.Ticket]) async throws -> [Task<WaitingRoom.Call, Never>]
  {
    let heard = Shared(0)
    let waiters = tickets.map { ticket in
      Task {
        _ = await room.wait(ticket)
        _ = heard.increment()
        return await room.wait(ticket)
      }
    }
    room.ring(Set(tickets.map(\.stream)))
    try await eventually("all have heard the first ring") { heard.value == tickets.count }
    return waiters
  }

  @Test("what happens between entering and waiting is not missed")
  func rungBefore() async {
    let ticket = room.enter(1)
    room.ring([1])
    #expect(await room.wait(ticket) == .rung)
  }

  @Test("a ring is heard once")
  func heardOnce() async {
    let ticket = room.enter(1)
    room.ring([1])
    #expect(await room.wait(ticket) == .rung)
    let again = waiter(ticket)
    room.release(ticket)
    #expect(await again.value == .released)
  }

  @Test("a ring wakes those of its streams only")
  func ownStream() async throws {
    let tickets = [room.enter(1), room.enter(2), room.enter(3)]
    let waiters = try await settledWaiters(tickets)
    room.ring([1, 3])
    #expect(await waiters[0].value == .rung)
    #expect(await waiters[2].value == .rung)
    room.release(tickets[1])
    #expect(await waiters[1].value == .released)
  }

  @Test("a newer poll releases the older, whether it waits already or not yet")
  func replacement() async throws {
    let first = room.enter(1)
    let waiting = try await settledWaiters([first])[0]
    let second = room.enter(1)
    #expect(await waiting.value == .released)
    let third = room.enter(1)
    #expect(await room.wait(second) == .released)
    room.ring([1])
    #expect(await room.wait(third) == .rung)
  }

  @Test("who lost the place neither gives up nor ends the wait of its successor")
  func formerTicket() async throws {
    let former = room.enter(1)
    let ticket = room.enter(1)
    room.release(former)
    room.leave(former)
    room.ring([1])
    #expect(await room.wait(ticket) == .rung)
  }

  @Test("a place that was given up is released")
  func left() async {
    let ticket = room.enter(1)
    room.leave(ticket)
    room.ring([1])
    #expect(await room.wait(ticket) == .released)
  }

  @Test("time that is up is not forgotten because the stream is rung for as well")
  func releasedThenRung() async {
    let ticket = room.enter(1)
    room.release(ticket)
    room.ring([1])
    #expect(await room.wait(ticket) == .released)
  }

  @Test("closing releases who waits, who has entered, and whoever comes later, whatever rings then")
  func closing() async throws {
    let waiting = try await settledWaiters([room.enter(1)])[0]
    let entered = room.enter(2)
    room.close()
    #expect(await waiting.value == .released)
    #expect(await room.wait(entered) == .released)
    let late = room.enter(3)
    room.ring([1, 2, 3])
    #expect(await room.wait(late) == .released)
  }

  @Test("a thousand wait at once and cost no thread each")
  func thousand() async throws {
    let tickets = (1...1000).map { room.enter($0) }
    let before = try threadCount()
    let waiters = try await settledWaiters(tickets)
    // Other tests make threads meanwhile, but not one for each waiter.
    #expect(try threadCount() < before + 500)
    room.ring(Set(1...1000))
    for waiter in waiters { #expect(await waiter.value == .rung) }
  }

  private func threadCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
  }
}
