import SQLite
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct FreeSpaceTests {
  @Test(
    "an eighth of what is used stays free, at least four mebibytes; just these on a full disk",
    arguments: [
      (100_000, 0, 0, 0), (2048, 2048, 0, 0), (2049, 2049, 1025, 1025), (100_000, 20_000, 0, 18_976),
      (100_000, 21_000, 11_125, 19_976), (100_000, 100_000, 98_976, 98_976),
    ])
  func excess(all: Int, free: Int, usually: Int, onFullDisk: Int) {
    let space = FreeSpace(all: all, free: free)
    #expect(space.excess(onFullDisk: false) == usually)
    #expect(space.excess(onFullDisk: true) == onFullDisk)
  }

  private func commits(of domain: TestDomain) -> Int {
    domain.store.commitFigures.seconds.counts.reduce(0, +)
  }

  @Test("the file shrinks in many short commits, is sound after it, and then left alone")
  func shrinking() async throws {
    let domain = try await TestDomain()
    try await domain.fillFile(megabytes: 16)
    let before = (size: try domain.fileBytes, commits: commits(of: domain))
    try await domain.store.shrink()
    #expect(before.size > 16 << 20)
    #expect(try domain.fileBytes < 6 << 20)
    #expect(commits(of: domain) - before.commits > 20)
    #expect(try await domain.store.read { try $0.integrityCheck() } == [])

    let after = commits(of: domain)
    try await domain.store.shrink()
    #expect(commits(of: domain) == after)
  }
}
