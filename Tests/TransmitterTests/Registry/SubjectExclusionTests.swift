import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Streams that begin with every subject.
@Suite struct SubjectExclusionTests {
  private static let jane = JSONValue.mail("jane")
  private static let janesLaptop = JSONValue.complex(["user": jane, "device": .id("laptop")])

  @Test("SSF 8.1.3.3 events about a removed subject stop, others go on, and adding it again brings them back")
  func removal() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    #expect(try await domain.hears(stream, of: Self.jane))
    try await domain.remove(Self.jane, from: stream)
    #expect(try await !domain.hears(stream, of: Self.jane))
    #expect(try await domain.hears(stream, of: .mail("john")))
    try await domain.add(Self.jane, to: stream)
    #expect(try await domain.hears(stream, of: Self.jane))
    #expect(try await domain.subjectRows() == .none)
  }

  @Test("a filtered event is not counted among a stream's deliveries, and other streams get it")
  func others() async throws {
    let domain = try await TestDomain(.everySubject)
    let (deaf, other) = (try await domain.makeCustomStream(), try await domain.makeCustomStream())
    try await domain.remove(Self.jane, from: deaf)
    #expect(try await domain.hears(other, of: Self.jane))
    #expect(domain.totals(of: deaf).accepted == 0)
    #expect(domain.totals(of: other).accepted == 1)
  }

  @Test("IMPL 6.4 removing something narrow silences nothing broader")
  func narrow() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    try await domain.remove(Self.janesLaptop, from: stream)
    #expect(try await domain.hears(stream, of: .complex(["user": Self.jane])))
    #expect(try await !domain.hears(stream, of: Self.janesLaptop))
    let more = JSONValue.complex(["user": Self.jane, "device": .id("laptop"), "tenant": .id("acme")])
    #expect(try await !domain.hears(stream, of: more))
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 1, parts: 0, shapes: 1))
  }

  @Test("removing twice is like once, and adding what was never removed changes nothing")
  func repetition() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    try await domain.add(Self.jane, to: stream)
    #expect(try await domain.subjectRows() == .none)
    for _ in 1...2 { try await domain.remove(Self.jane, from: stream) }
    try await domain.add(Self.jane, to: stream)
    #expect(try await domain.hears(stream, of: Self.jane))
    #expect(try await domain.subjectRows() == .none)
  }

  @Test(
    "SSF 9.3 events about a removed subject go on for the grace period, which a repetition does not extend")
  func grace() async throws {
    let domain = try await TestDomain(.everySubject) { $0.removalGrace = .seconds(60) }
    let stream = try await domain.makeCustomStream()
    try await domain.remove(Self.jane, from: stream)
    domain.clock.advance(by: .seconds(59))
    try await domain.remove(Self.jane, from: stream)
    #expect(try await domain.hears(stream, of: Self.jane))
    domain.clock.advance(by: .seconds(1))
    #expect(try await !domain.hears(stream, of: Self.jane))
  }

  @Test("what was removed stays removed after a restart")
  func restart() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    try await domain.remove(Self.jane, from: stream)
    try await domain.remove(Self.janesLaptop, from: stream)
    let reopened = try await domain.reopened()
    #expect(try await !reopened.hears(stream, of: Self.jane))
    #expect(try await !reopened.hears(stream, of: Self.janesLaptop))
    #expect(try await reopened.hears(stream, of: .mail("john")))
    try await reopened.add(Self.jane, to: stream)
    #expect(try await reopened.hears(stream, of: Self.jane))
  }

  @Test("SSF 8.1.4.1 the stream itself cannot be removed: the request is taken and changes nothing")
  func ownSubject() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    try await domain.remove(.id(stream.id), from: stream)
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: nil)
    #expect(domain.totals(of: stream).pending == 1)
    #expect(try await domain.hears(stream, of: .id(stream.id)))
    #expect(try await domain.subjectRows() == .none)
  }
}
