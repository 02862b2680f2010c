import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Streams that begin with no subject.
@Suite struct SubjectInclusionTests {
  private static let jane = JSONValue.mail("jane")
  private static let janesLaptop = JSONValue.complex(["user": jane, "device": .id("laptop")])
  private static let janesPhone = JSONValue.complex(["user": jane, "device": .id("phone")])

  @Test("SSF 8.1.3.2 only events about what was added go to the stream, until it is removed")
  func addition() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    #expect(try await !domain.hears(stream, of: Self.jane))
    try await domain.add(Self.jane, to: stream)
    #expect(try await domain.hears(stream, of: Self.jane))
    #expect(try await !domain.hears(stream, of: .mail("john")))
    try await domain.remove(Self.jane, from: stream)
    #expect(try await !domain.hears(stream, of: Self.jane))
    #expect(try await domain.subjectRows() == .none)
  }

  @Test("SSF 8.1.3.1 a complex subject matches by the fields that are shared")
  func complex() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    try await domain.add(Self.janesLaptop, to: stream)
    #expect(try await domain.hears(stream, of: .complex(["user": Self.jane])))
    #expect(try await domain.hears(stream, of: .complex(["user": Self.jane, "tenant": .id("acme")])))
    #expect(try await !domain.hears(stream, of: Self.janesPhone))
    #expect(try await !domain.hears(stream, of: .complex(["tenant": .id("acme")])))
    #expect(try await !domain.hears(stream, of: Self.jane))
  }

  @Test("subjects that share a field are found by it until the last is removed")
  func sharedParts() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    for subject in [Self.janesLaptop, Self.janesPhone] { try await domain.add(subject, to: stream) }
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 2, parts: 3, shapes: 1))
    try await domain.remove(Self.janesLaptop, from: stream)
    #expect(try await domain.hears(stream, of: .complex(["user": Self.jane])))
    #expect(try await !domain.hears(stream, of: .complex(["device": .id("laptop")])))
    try await domain.remove(Self.janesPhone, from: stream)
    #expect(try await !domain.hears(stream, of: .complex(["user": Self.jane])))
    #expect(try await domain.subjectRows() == .none)
  }

  @Test("adding or removing twice is like once")
  func repetition() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    try await domain.remove(Self.janesLaptop, from: stream)
    for _ in 1...2 { try await domain.add(Self.janesLaptop, to: stream) }
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 1, parts: 2, shapes: 1))
    for _ in 1...2 { try await domain.remove(Self.janesLaptop, from: stream) }
    #expect(try await domain.subjectRows() == .none)
  }

  @Test("SSF 8.1.3.2 whether a subject is verified is kept, and adding it again corrects it")
  func verified() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    for isVerified in [false, true] {
      try await domain.add(Self.jane, verified: isVerified, to: stream)
      let stored = try await domain.store.read { database in
        try database.query("SELECT verified FROM subject") { try $0.bool(0) }
      }
      #expect(stored == [isVerified])
    }
  }

  @Test("SSF 9.3 a removed subject counts for the grace period, and adding it meanwhile undoes the removal")
  func grace() async throws {
    let domain = try await TestDomain(.noSubject) { $0.removalGrace = .seconds(60) }
    let stream = try await domain.makeCustomStream()
    let broader = JSONValue.complex(["user": Self.jane])
    try await domain.add(Self.janesLaptop, to: stream)
    try await domain.remove(Self.janesLaptop, from: stream)
    domain.clock.advance(by: .seconds(59))
    try await domain.remove(Self.janesLaptop, from: stream)
    #expect(try await domain.hears(stream, of: Self.janesLaptop))
    #expect(try await domain.hears(stream, of: broader))
    try await domain.add(Self.janesLaptop, to: stream)
    domain.clock.advance(by: .seconds(3600))
    #expect(try await domain.hears(stream, of: broader))
    try await domain.remove(Self.janesLaptop, from: stream)
    domain.clock.advance(by: .seconds(60))
    #expect(try await !domain.hears(stream, of: Self.janesLaptop))
    #expect(try await !domain.hears(stream, of: broader))
  }

  @Test("SSF 9.3 a repeated removal does not extend the grace period")
  func graceOfRepetition() async throws {
    let domain = try await TestDomain(.noSubject) { $0.removalGrace = .seconds(60) }
    let stream = try await domain.makeCustomStream()
    try await domain.add(Self.jane, to: stream)
    for _ in 1...2 {
      try await domain.remove(Self.jane, from: stream)
      domain.clock.advance(by: .seconds(30))
    }
    #expect(try await !domain.hears(stream, of: Self.jane))
  }

  @Test("SSF 9.3 what ended is cleared away by later changes, and can be added again")
  func clearing() async throws {
    let domain = try await TestDomain(.noSubject) { $0.removalGrace = .seconds(60) }
    let stream = try await domain.makeCustomStream()
    let ended = (1...10).map { JSONValue.complex(["user": Self.jane, "device": .id("\($0)")]) }
    for subject in ended { try await domain.add(subject, to: stream) }
    for subject in ended { try await domain.remove(subject, from: stream) }
    domain.clock.advance(by: .seconds(60))
    for subject in ended.reversed() { try await domain.add(subject, to: stream) }
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 10, parts: 11, shapes: 1))
    for subject in ended {
      #expect(try await domain.hears(stream, of: subject))
      try await domain.remove(subject, from: stream)
    }
    domain.clock.advance(by: .seconds(60))
    #expect(try await !domain.hears(stream, of: .complex(["user": Self.jane])))
    for _ in 1...5 { try await domain.remove(.mail("nobody"), from: stream) }
    #expect(try await domain.subjectRows() == .none)
  }

  @Test("what was added is there after a restart, even one that begins new streams with every subject")
  func restart() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    try await domain.add(Self.janesLaptop, to: stream)
    try await domain.store.close()
    var world = domain.world
    world.policy.subjects.initial = .everySubject
    let reopened = try await TestDomain(world)
    #expect(try await reopened.hears(stream, of: .complex(["user": Self.jane])))
    #expect(try await !reopened.hears(stream, of: .mail("john")))
    let newStream = try await reopened.makeCustomStream()
    #expect(try await reopened.hears(newStream, of: .mail("john")))
  }

  @Test("SSF 8.1.4.1 the stream itself is in without having been added, and hears what it is told of itself")
  func ownSubject() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: nil)
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.status = .paused }
    #expect(domain.totals(of: stream).pending == 2)
    #expect(try await domain.hears(stream, of: .id(stream.id)))
    #expect(try await !domain.hears(stream, of: .id("somebody")))
  }
}
