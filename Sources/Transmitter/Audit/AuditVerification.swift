import JSON

/// The walk along the audit log's chain, and what it has found. Pure.
package struct AuditVerification: Sendable {
  /// More than these are counted only.
  private static let mostFaultsTold = 100

  /// Where the log began when the walk did, and its newest entry then: the walk ends there.
  package let begin: AuditLink
  package let head: AuditLink
  private let noted: AuditLink?
  private var link: AuditLink
  private var isAtEnd = false
  /// How many entries were looked at.
  package private(set) var count = 0
  /// The first of what was found.
  package private(set) var faults: [AuditFault] = []
  /// How much was found.
  package private(set) var faultCount = 0

  init(of chain: AuditChain, against noted: AuditLink?) {
    begin = chain.begin
    head = chain.head
    link = chain.begin
    self.noted = noted
  }

  package var isValid: Bool { faultCount == 0 }

  /// Behind which entry the walk goes on; nil if it has come to the end.
  var position: Int64? { isAtEnd ? nil : link.sequence }

  /// Looks at the next entries.
  ///
  /// - Parameters:
  ///   - entries: what follows ``position``, as far as it goes; none at the end of the log.
  ///   - chain: where the log begins and ends by now. The oldest entries may have been pruned meanwhile, and new ones
  ///     written, which are left to the next walk.
  mutating func check(_ entries: [AuditEntry], of chain: AuditChain) {
    if chain.begin.sequence > link.sequence { link = chain.begin }
    for entry in entries.filter({ $0.link.sequence > link.sequence }) {
      guard entry.link.sequence <= head.sequence else { return finish(before: entry, of: chain) }
      check(entry)
    }
    if entries.isEmpty { finish() }
  }

  private mutating func check(_ entry: AuditEntry) {
    count += 1
    let json = try? entry.json
    checkPlace(of: entry, reading: json)
    if !entry.isGenuine(reading: json) { report(.edited, at: entry.link.sequence) }
    if let noted, noted.sequence == entry.link.sequence, noted.hash != entry.link.hash {
      report(.differsFromNoted, at: noted.sequence)
    }
    link = entry.link
  }

  private mutating func checkPlace(of entry: AuditEntry, reading json: JSONValue?) {
    if entry.link.sequence > link.sequence + 1 {
      report(.missing(through: entry.link.sequence - 1), at: link.sequence + 1)
    } else if json?["prev_hash"]?.stringValue != link.hexadecimal {
      report(.unlinked, at: entry.link.sequence)
    }
    if json?["seq"]?.integerValue != entry.link.sequence { report(.moved, at: entry.link.sequence) }
  }

  private mutating func finish(before entry: AuditEntry, of chain: AuditChain) {
    if entry.link.sequence > chain.head.sequence { report(.beyondHead, at: entry.link.sequence) }
    finish()
  }

  private mutating func finish() {
    isAtEnd = true
    if link.sequence < head.sequence {
      report(.missing(through: head.sequence), at: link.sequence + 1)
    } else if link.hash != head.hash {
      report(.differsFromHead, at: head.sequence)
    }
    guard let noted else { return }
    if noted.sequence > head.sequence { report(.missing(through: noted.sequence), at: head.sequence + 1) }
    if noted.sequence < begin.sequence { report(.notedIsPruned, at: noted.sequence) }
    if noted.sequence == begin.sequence, noted != begin { report(.differsFromNoted, at: noted.sequence) }
  }

  private mutating func report(_ kind: AuditFault.Kind, at sequence: Int64) {
    faultCount += 1
    if faults.count < Self.mostFaultsTold { faults.append(AuditFault(sequence: sequence, kind: kind)) }
  }
}

/// What is wrong at one place of the audit log.
package struct AuditFault: Hashable, Sendable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    /// The entry is not what was written.
    case edited
    /// Entries up to another one were taken out.
    case missing(through: Int64)
    /// The entry before it is another than when it was written.
    case unlinked
    /// It was written under another number.
    case moved
    case differsFromHead
    case beyondHead
    case differsFromNoted
    case notedIsPruned
  }

  package let sequence: Int64
  let kind: Kind

  /// A stable word, for programs.
  package var name: String {
    switch kind {
    case .edited: "edited"
    case .missing: "missing"
    case .unlinked: "unlinked"
    case .moved: "moved"
    case .differsFromHead: "differs_from_head"
    case .beyondHead: "beyond_head"
    case .differsFromNoted: "differs_from_noted"
    case .notedIsPruned: "noted_is_pruned"
    }
  }

  package var description: String {
    switch kind {
    case .edited: "entry \(sequence) was changed after it was written"
    case .missing(let last): "the entries \(sequence) to \(last) are missing"
    case .unlinked: "entry \(sequence) does not follow the entry that stands before it"
    case .moved: "entry \(sequence) was written under another number"
    case .differsFromHead: "entry \(sequence) is not the newest that was written"
    case .beyondHead: "entry \(sequence) stands behind the newest that was written"
    case .differsFromNoted: "entry \(sequence) is not the one that was noted"
    case .notedIsPruned: "entry \(sequence), which was noted, is no longer kept"
    }
  }
}
