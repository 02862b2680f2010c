import SQLite
import SharedSignals

/// Tells which streams an event goes to by its subject, at the cost of one look-up for each shape of subjects that
/// a stream has stored; a stream that has none costs nothing.
struct SubjectFilter {
  private struct Question: Hashable {
    let matching: SubjectMatching
    let shape: SubjectShape
  }

  private let subject: SubjectIdentifier
  private let database: Database
  private let now: Timestamp
  /// Keys are the same for every stream that asks the same.
  private var keys: [Question: LookUpKey?] = [:]

  init(_ subject: SubjectIdentifier, in database: Database, at now: Timestamp) {
    self.subject = subject
    self.database = database
    self.now = now
  }

  /// Whether the event goes to this stream.
  mutating func admits(_ stream: Stream) throws -> Bool {
    if stream.isSubject(subject) { return true }
    let isStored = try matchesStored(of: stream)
    return switch stream.defaultSubjects {
    case .everySubject: !isStored
    case .noSubject: isStored
    }
  }

  private mutating func matchesStored(of stream: Stream) throws -> Bool {
    for shape in stream.subjectShapes {
      let key = key(Question(matching: stream.defaultSubjects.matching, shape: shape))
      if let key, try database.holds(key, of: stream.number, at: now) { return true }
    }
    return false
  }

  private mutating func key(_ question: Question) -> LookUpKey? {
    if let known = keys[question] { return known }
    let key = question.matching.lookUpKey(for: subject, among: question.shape)
    let digested = key.map { LookUpKey(isWhole: $0.isWhole, digest: $0.digest) }
    keys[question] = .some(digested)
    return digested
  }
}

/// What an event looks for among stored subjects.
struct LookUpKey {
  /// Whether it is a subject that is looked for, or a part of one.
  let isWhole: Bool
  let digest: [UInt8]
}
