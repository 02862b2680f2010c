import Synchronization

/// How many records of running comparisons are done. Comparing writes nothing, so that its progress is in memory only.
final class ImportProgress: Sendable {
  private let compared = Mutex<[Int64: Int]>([:])

  func add(_ records: Int, to session: Int64) {
    compared.withLock { $0[session, default: 0] += records }
  }

  func forget(_ session: Int64) {
    compared.withLock { $0[session] = nil }
  }

  func compared(in session: Int64) -> Int? {
    compared.withLock { $0[session] }
  }
}
