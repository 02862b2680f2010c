import JSON
import SQLite
import SharedSignals

/// The subjects that one stream has stored, in an open transaction: the exclusions of a stream that began with every
/// subject, or the inclusions of one that began with none (SSF §8.1.3, §7.1 `default_subjects`).
///
/// Adding and removing may be repeated: what is so already stays as it is.
struct SubjectBook {
  /// An event costs a look-up for each shape. The seven fields that SSF names make 119 shapes that can be stored.
  private static let mostShapes = 128

  let database: Database
  let policy: SubjectPolicy
  let now: Timestamp
  /// The stream; its shapes change with what is stored.
  private(set) var stream: Stream
  /// Whether a subject's state is another than before.
  private(set) var hasChanged = false

  init(of stream: Stream, in database: Database, policy: SubjectPolicy, at now: Timestamp) {
    self.stream = stream
    self.database = database
    self.policy = policy
    self.now = now
  }

  mutating func add(_ subject: StoredSubject, isVerified: Bool) throws {
    switch stream.defaultSubjects {
    case .everySubject: try forget(subject)
    case .noSubject: try include(subject, isVerified: isVerified)
    }
  }

  mutating func remove(_ subject: StoredSubject) throws {
    switch stream.defaultSubjects {
    case .everySubject: try exclude(subject)
    case .noSubject: try withdraw(subject)
    }
  }

  // MARK: - Exclusions

  private mutating func exclude(_ subject: StoredSubject) throws {
    guard try database.subjectTerm(subject.digest, of: stream.number) == nil else { return }
    let begin = policy.removalGrace > .zero ? now + policy.removalGrace : nil
    try insert(subject, isVerified: nil, term: SubjectTerm(begin: begin))
  }

  // MARK: - Inclusions

  private mutating func include(_ subject: StoredSubject, isVerified: Bool) throws {
    try forgetSomeThatEnded()
    guard let term = try database.subjectTerm(subject.digest, of: stream.number) else {
      try insert(subject, isVerified: isVerified, term: SubjectTerm())
      return try database.insertParts(of: subject, to: stream.number, ending: nil)
    }
    if try database.setVerified(subject, of: stream.number, to: isVerified) { hasChanged = true }
    if term.end != nil { try changeEnd(of: subject, from: term.end, to: nil) }
  }

  private mutating func withdraw(_ subject: StoredSubject) throws {
    try forgetSomeThatEnded()
    guard policy.removalGrace > .zero else { return try forget(subject) }
    guard let term = try database.subjectTerm(subject.digest, of: stream.number), term.end == nil else {
      return
    }
    try changeEnd(of: subject, from: nil, to: now + policy.removalGrace)
  }

  private mutating func changeEnd(of subject: StoredSubject, from old: Timestamp?, to new: Timestamp?) throws
  {
    hasChanged = true
    try database.setEnd(of: subject, of: stream.number, to: new)
    try database.deleteParts(of: subject, of: stream.number, ending: old)
    try database.insertParts(of: subject, to: stream.number, ending: new)
  }

  /// Each change takes out more than it can bring in, so that what has ended goes without long deletions.
  private mutating func forgetSomeThatEnded() throws {
    for shape in try database.deleteEndedSubjects(of: stream.number, atMost: 2, at: now) {
      try countOut(shape)
    }
    try database.deleteEndedParts(of: stream.number, atMost: 2 << SubjectMatching.mostFields, at: now)
  }

  // MARK: - Both

  private mutating func insert(_ subject: StoredSubject, isVerified: Bool?, term: SubjectTerm) throws {
    try checkLimits(for: subject.shape)
    hasChanged = true
    let shape = try database.countIn(subject.shape, of: stream.number)
    stream.subjectShapes.insert(subject.shape)
    try database.insert(subject, shape: shape, to: stream.number, isVerified: isVerified, term: term)
  }

  private mutating func forget(_ subject: StoredSubject) throws {
    guard let term = try database.subjectTerm(subject.digest, of: stream.number) else { return }
    hasChanged = true
    let shape = try database.deleteSubject(subject.digest, of: stream.number)
    try database.deleteParts(of: subject, of: stream.number, ending: term.end)
    try countOut(shape)
  }

  private mutating func countOut(_ shape: Int64) throws {
    if let vanished = try database.countOut(shape) { stream.subjectShapes.remove(vanished) }
  }

  private func checkLimits(for shape: SubjectShape) throws {
    guard try database.countSubjects(of: stream.number) < policy.maximumPerStream else {
      throw RegistryError.tooManySubjects(limit: policy.maximumPerStream, key: "limits.subjects_per_stream")
    }
    guard stream.subjectShapes.count < Self.mostShapes || stream.subjectShapes.contains(shape) else {
      throw RegistryError.invalid(
        ["subject"],
        "would be the stream's \(Self.mostShapes + 1)th set of field names; name the same fields in all subjects"
      )
    }
  }
}
