import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct SubjectDeletionTests {
  private func fill(_ stream: Stream, of domain: TestDomain) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<600 {
        group.addTask {
          try await domain.add(.mail("\(index)"), to: stream)
          try await domain.add(.complex(["user": .mail("\(index)"), "device": .id("laptop")]), to: stream)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("the subjects of a deleted stream go in slices, and those of others stay")
  func deletion() async throws {
    let domain = try await TestDomain(.noSubject)
    let (stream, other) = (try await domain.makeCustomStream(), try await domain.makeCustomStream())
    try await fill(stream, of: domain)
    try await domain.add(.mail("jane"), to: other)
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 1201, parts: 601, shapes: 3))
    try await domain.delivering {
      try await domain.registry.delete(stream.id, of: TestDomain.owner)
      try await eventually("the subjects are gone") { try await domain.subjectRows().shapes == 1 }
    }
    #expect(try await domain.subjectRows() == SubjectRowCounts(subjects: 1, parts: 0, shapes: 1))
    #expect(try await domain.hears(other, of: .mail("jane")))
  }

  @Test("a start finishes what an earlier one did not")
  func restart() async throws {
    let domain = try await TestDomain(.noSubject)
    let stream = try await domain.makeCustomStream()
    try await fill(stream, of: domain)
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    let reopened = try await domain.reopened()
    try await reopened.delivering {
      try await eventually("the subjects are gone") { try await reopened.subjectRows() == .none }
    }
  }
}
