/// The members of a JSON object, in the order in which they were written or added.
///
/// Names are unique: setting a name that exists replaces its value in place, a new name goes to the end. Look-up
/// is linear in small objects and hashed in large ones, so that a document of many thousand members costs no
/// more per member than a small one.
package struct JSONObject: Sendable {
  /// A member, as iteration gives it out.
  package typealias Element = (name: String, value: JSONValue)

  /// Up to this count comparing names is faster than hashing one.
  private static let linearLimit = 16

  private(set) var members: [Element] = []
  /// Where each name stands in `members`; empty while these are few.
  private var slots: [CodeUnits: Int] = [:]

  package init() {}

  init(uniqueMembers: some Sequence<(String, JSONValue)>) {
    for (name, value) in uniqueMembers {
      precondition(append(name, value), "member \(name) is given twice")
    }
  }

  package var names: [String] { members.map(\.name) }

  package var count: Int { members.count }

  package var isEmpty: Bool { members.isEmpty }

  /// The value of the member with this name. Setting `nil` removes the member; setting `.null` keeps it with a
  /// null value.
  package subscript(name: String) -> JSONValue? {
    get { slot(of: name).map { members[$0].value } }
    set {
      switch (slot(of: name), newValue) {
      case (let slot?, let value?): members[slot].value = value
      case (let slot?, nil): remove(at: slot)
      case (nil, let value?): appendNew(name, value)
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end; changes nothing and returns false if the name is taken.
  mutating func append(_ name: String, _ value: JSONValue) -> Bool {
    guard slot(of: name) == nil else { return false }
    appendNew(name, value)
    return true
  }

  private func slot(of name: String) -> Int? {
    if members.count > Self.linearLimit { return slots[CodeUnits(name)] }
    let wanted = CodeUnits(name)
    return members.firstIndex { CodeUnits($0.name) == wanted }
  }

  private mutating func appendNew(_ name: String, _ value: JSONValue) {
    members.append((name, value))
    if members.count == Self.linearLimit + 1 {
      indexMembers()
    } else if members.count > Self.linearLimit {
      slots[CodeUnits(name)] = members.count - 1
    }
  }

  private mutating func remove(at slot: Int) {
    members.remove(at: slot)
    indexMembers()
  }

  private mutating func indexMembers() {
    slots.removeAll(keepingCapacity: true)
    guard members.count > Self.linearLimit else { return }
    for (slot, member) in members.enumerated() {
      slots[CodeUnits(member.name)] = slot
    }
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> IndexingIterator<[Element]> {
    members.makeIterator()
  }

  package var underestimatedCount: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Traps on a name given twice, as `Dictionary` does.
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self.init(uniqueMembers: members)
  }
}

/// Two objects are equal if they have equal members in whatever order (RFC 8259 §4).
extension JSONObject: Hashable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.name] == $0.value }
  }

  package func hash(into hasher: inout Hasher) {
    var sum = 0
    for (name, value) in members {
      var member = Hasher()
      member.combine(CodeUnits(name))
      member.combine(value)
      // Addition commutes, so that order leaves no trace.
      sum &+= member.finalize()
    }
    hasher.combine(sum)
  }
}
