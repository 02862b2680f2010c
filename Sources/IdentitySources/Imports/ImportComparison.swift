import Transmitter

/// The first phase of an import: puts aside all that differs from the snapshot. It changes nothing else, so that a
/// restart begins it again, and a dry run ends after it.
struct ImportComparison {
  private static let slice = 500

  let context: ImportContext
  let session: ImportSession
  /// The identities that were uploaded, for an import in which the others count as deleted.
  private var seen = NumberSet()
  /// How many identities something was put aside for.
  private(set) var staged = 0
  private(set) var unchanged = 0

  init(_ session: ImportSession, in context: ImportContext) {
    self.session = session
    self.context = context
  }

  mutating func run() async throws {
    context.meter.forget(session.number)
    try await context.clearStaged(session)
    let newest = try await context.read { try $0.lastIdentity() }
    for number in 1..<session.uploads + 1 { try await compare(upload: number) }
    if session.isFull { try await stageAbsent(upTo: newest) }
  }

  private mutating func compare(upload number: Int) async throws {
    let id = session.number
    guard let upload = try await context.read({ try $0.upload(number, of: id) }) else { return }
    var comparison = UploadComparison(upload, of: session)
    while !comparison.isAtEnd {
      let (current, hasStaged) = (comparison, staged > 0)
      let (next, slice) = try await context.read { database in
        var comparison = current
        let slice = try comparison.next(atMost: Self.slice, in: database, hasStaged: hasStaged)
        return (comparison, slice)
      }
      comparison = next
      try await take(slice)
    }
  }

  private mutating func take(_ slice: UploadComparison.Slice) async throws {
    unchanged += slice.unchanged
    if session.isFull { for number in slice.seen { seen.insert(number) } }
    staged += try await context.stage(slice.findings, in: session)
    for case .group(let id, .delete, _) in slice.findings {
      staged += try await context.stageMembers(of: id, in: session)
    }
    context.meter.add(slice.records, to: session.number)
  }

  /// Identities that were made meanwhile, by a single change, are not absent: their numbers are higher.
  private mutating func stageAbsent(upTo newest: Int64) async throws {
    var last = ""
    while true {
      let (source, after) = (session.source, last)
      let page = try await context.read {
        try $0.identities(of: source, after: after, atMost: Self.slice)
      }
      guard let end = page.last else { return }
      last = end.externalID
      let absent = page.filter { $0.number <= newest && !seen.contains($0.number) }
      staged += try await context.stage(absent.map { .identity($0.externalID, .delete, .empty) }, in: session)
    }
  }
}

extension ImportContext {
  private static let slice = 500

  /// Puts findings aside; answers for how many identities for the first time.
  func stage(_ findings: [Finding], in session: ImportSession) async throws -> Int {
    guard !findings.isEmpty else { return 0 }
    return try await transaction { transaction in
      try findings.count { try transaction.database.stage($0, in: session.number) }
    }
  }

  /// Puts aside that the members of a group lose it.
  func stageMembers(of group: String, in session: ImportSession) async throws -> Int {
    var staged = 0
    var last = ""
    while true {
      let after = last
      let members = try await read { database in
        try database.members(of: group, in: session.source, after: after, atMost: Self.slice)
      }
      guard let end = members.last else { return staged }
      last = end
      staged += try await stage(members.map { .membership($0, group: group, isMember: false) }, in: session)
    }
  }

  func clearStaged(_ session: ImportSession) async throws {
    while try await transaction({ transaction in
      try transaction.database.clearStaged(session.number, atMost: Self.slice)
    }) {}
  }
}
