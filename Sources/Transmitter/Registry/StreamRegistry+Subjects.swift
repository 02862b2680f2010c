import JSON
package import SharedSignals

/// Which subjects a stream tells about (SSF §8.1.3).
///
/// An answer never depends on whether anybody has ever heard of a subject: there is no list of known ones to be
/// probed (SSF §9.1).
extension StreamRegistry {
  /// Has events about a subject go to a stream.
  ///
  /// - Parameter isVerified: whether the receiver has verified that the subject is who it says.
  /// - Throws: `SubjectError` for a subject that cannot be kept; `RegistryError.noSuchStream`, `.tooManySubjects` or
  ///   `.tooManyChanges`.
  package func addSubject(
    _ subject: SubjectIdentifier, verified isVerified: Bool, to id: String, of owner: StreamOwner
  ) async throws {
    try await change(.add(isVerified: isVerified), subject, of: id, of: owner)
  }

  /// Has no more events about a subject go to a stream, after the grace period that the policy gives.
  ///
  /// - Throws: as ``addSubject(_:verified:to:of:)``.
  package func removeSubject(
    _ subject: SubjectIdentifier, from id: String, of owner: StreamOwner
  ) async throws {
    try await change(.remove, subject, of: id, of: owner)
  }

  private enum SubjectChange {
    case add(isVerified: Bool)
    case remove
  }

  private func change(
    _ change: SubjectChange, _ subject: SubjectIdentifier, of id: String, of owner: StreamOwner
  ) async throws {
    try SubjectMatching.checkSize(of: subject, at: ["subject"])
    let now = environment.now()
    try countChange(by: owner)
    let stored = StoredSubject(subject, for: try stream(id, of: owner).defaultSubjects.matching)
    try await store.transaction { [self] transaction in
      let stream = try stream(id, of: owner)
      guard !stream.isSubject(subject) else { return }
      var book = SubjectBook(of: stream, in: transaction.database, policy: policy.subjects, at: now)
      switch change {
      case .add(let isVerified): try book.add(stored, isVerified: isVerified)
      case .remove: try book.remove(stored)
      }
      if book.hasChanged { try record(change, stored, subject.format, of: id, in: transaction) }
      // Most changes bring no new shape, and so can share a commit.
      if book.stream.subjectShapes != stream.subjectShapes { reflect(book.stream, in: transaction) }
    }
  }

  /// An administrator may change at any rate.
  private func countChange(by owner: StreamOwner) throws(RegistryError) {
    guard case .client(let id) = owner else { return }
    let wait = subjectChanges.take(id, at: environment.uptime()).wait
    if let wait { throw .tooManyChanges(retryAfter: wait) }
  }

  private func record(
    _ change: SubjectChange, _ subject: StoredSubject, _ format: SubjectFormat, of id: String,
    in transaction: Transaction
  ) throws {
    let now = environment.now()
    var audited = subject.audited(format: format)
    switch change {
    case .add(let isVerified):
      audited["verified"] = .bool(isVerified)
      try transaction.record(.subjectAdded, .stream(id), after: audited, at: now)
    case .remove:
      try transaction.record(.subjectRemoved, .stream(id), before: audited, at: now)
    }
  }
}
