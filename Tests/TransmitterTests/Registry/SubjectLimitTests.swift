import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct SubjectLimitTests {
  private static func complex(_ fieldCount: Int) -> JSONValue {
    var fields: JSONObject = [:]
    for index in 0..<fieldCount { fields["field\(index)"] = .id("\(index)") }
    return .complex(fields)
  }

  @Test(
    "a complex subject may have five fields, and each set of them finds it",
    arguments: [DefaultSubjects.everySubject, .noSubject])
  func fields(initial: DefaultSubjects) async throws {
    let domain = try await TestDomain(initial)
    let stream = try await domain.makeCustomStream()
    await #expect(throws: SubjectError.self) { try await domain.add(Self.complex(6), to: stream) }
    await #expect(throws: SubjectError.self) { try await domain.remove(Self.complex(6), from: stream) }
    #expect(try await domain.subjectRows() == .none)
    try await domain.add(Self.complex(5), to: stream)
    for count in 1...6 { #expect(try await domain.hears(stream, of: Self.complex(count))) }
    #expect(try await domain.subjectRows().parts == (initial == .noSubject ? 30 : 0))
  }

  @Test("a full stream refuses new subjects, naming the key, but not those it has; removing one makes room")
  func subjects() async throws {
    let domain = try await TestDomain(.noSubject) { $0.maximumPerStream = 2 }
    let stream = try await domain.makeCustomStream()
    for name in ["a", "b", "b"] { try await domain.add(.mail(name), to: stream) }
    let error = await #expect(throws: RegistryError.self) { try await domain.add(.mail("c"), to: stream) }
    #expect(error?.description.contains("limits.subjects_per_stream") == true)
    try await domain.remove(.mail("a"), from: stream)
    try await domain.add(.mail("c"), to: stream)
    #expect(try await domain.hears(stream, of: .mail("c")))
  }

  @Test("removals are limited where they are what is kept")
  func exclusions() async throws {
    let domain = try await TestDomain(.everySubject) { $0.maximumPerStream = 1 }
    let stream = try await domain.makeCustomStream()
    try await domain.remove(.mail("a"), from: stream)
    await #expect(throws: RegistryError.self) { try await domain.remove(.mail("b"), from: stream) }
    #expect(try await domain.hears(stream, of: .mail("b")))
  }

  @Test("the sets of field names in one stream are limited, and one that is gone makes room")
  func shapes() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    for index in 1...128 {
      try await domain.add(.complex(["field\(index)": .id("x")]), to: stream)
    }
    await #expect(throws: RegistryError.self) {
      try await domain.add(.complex(["field129": .id("x")]), to: stream)
    }
    try await domain.add(.complex(["field128": .id("y")]), to: stream)
    #expect(try await domain.hears(stream, of: .complex(["field7": .id("x")])))
    try await domain.remove(.complex(["field1": .id("x")]), from: stream)
    try await domain.add(.complex(["field129": .id("x")]), to: stream)
  }

  @Test("SSF 9.1 a client changes at its rate and no faster; administrators are not held up")
  func rate() async throws {
    let domain = try await TestDomain(.everySubject) { $0.changesPerSecond = 5 }
    let stream = try await domain.makeCustomStream()
    for index in 1...10 { try await domain.remove(.mail("\(index)"), from: stream) }
    let error = await #expect(throws: RegistryError.self) {
      try await domain.remove(.mail("11"), from: stream)
    }
    guard case .tooManyChanges(let wait)? = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(wait == .milliseconds(200))
    #expect(try await domain.hears(stream, of: .mail("11")))
    try await domain.remove(.mail("11"), from: stream, by: .administrator)
    domain.clock.advance(by: wait)
    try await domain.remove(.mail("12"), from: stream)
  }

  @Test("SSF 9.1 one client's haste does not hold up another")
  func rateOfEach() async throws {
    let domain = try await TestDomain(.everySubject) { $0.changesPerSecond = 1 }
    let stream = try await domain.makeCustomStream()
    for index in 1...2 { try await domain.remove(.mail("\(index)"), from: stream) }
    // The other client gets as far as not finding the stream.
    let error = await #expect(throws: RegistryError.self) {
      try await domain.remove(.mail("3"), from: stream, by: .client("other"))
    }
    #expect(error?.description == "there is no stream '\(stream.id)'")
  }

  @Test("SSF 8 a stream of somebody else is like one that is not there")
  func foreign() async throws {
    let domain = try await TestDomain(.everySubject)
    let stream = try await domain.makeCustomStream()
    await #expect(throws: RegistryError.self) {
      try await domain.add(.mail("a"), to: stream, by: .client("other"))
    }
    await #expect(throws: RegistryError.self) {
      try await domain.remove(.mail("a"), from: stream, by: .client("other"))
    }
    #expect(try await domain.hears(stream, of: .mail("a")))
  }
}
