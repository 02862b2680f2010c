import JSON

/// One Subject Identifier on trial: RFC 9493 §3, and SSF 1.0 §3.3 to §3.5 for the formats it adds.
///
/// Starting it establishes that there is an object with a format; ``checkMembers()`` examines the rest, and starts
/// an examination of each identifier inside.
struct SubjectExamination {
  /// The place an identifier stands in, which decides the formats it may have there.
  enum Place {
    case whole
    case memberOfComplex
    case alias

    func allows(_ format: SubjectFormat) -> Bool {
      switch self {
      case .whole: true
      case .memberOfComplex: format != .complex
      case .alias: format != .complex && format != .aliases
      }
    }
  }

  let format: SubjectFormat
  private let members: JSONObject
  private let pointer: JSONPointer

  init(of json: JSONValue, at pointer: JSONPointer, as place: Place) throws(SubjectError) {
    guard let members = json.objectValue else {
      throw Violation(pointer, "a subject must be an object with a format, but is \(json.kind)")
    }
    self.pointer = pointer
    self.members = members
    format = try Self.format(of: members, at: pointer.appending("format"))
    guard place.allows(format) else {
      throw Violation(pointer.appending("format"), "a subject of format \(format) cannot stand in another")
    }
  }

  func checkMembers() throws(SubjectError) {
    switch format {
    case .complex: try checkComplexMembers()
    case .aliases: try checkAliases()
    case .ipAddresses: try checkAddresses()
    default:
      // A format we do not know is agreed between the two sides, and so are its members.
      if let members = format.stringMembers { try check(members) }
    }
  }

  private func check(_ described: [SubjectFormat.StringMember]) throws(SubjectError) {
    try refuseMembers(except: described.map(\.name))
    for member in described {
      let value = try required(member.name)
      guard case .string(let text) = value, member.isValid(text) else {
        let fault = "\(member.name) must be \(member.expectation), but is \(value.excerpt)"
        throw Violation(pointer.appending(member.name), fault)
      }
    }
  }

  private func checkComplexMembers() throws(SubjectError) {
    guard members.count > 1 else {
      throw Violation(pointer, "a complex subject needs at least one member beside format, such as user")
    }
    for (name, value) in members where name != "format" {
      try Self(of: value, at: pointer.appending(name), as: .memberOfComplex).checkMembers()
    }
  }

  private func checkAliases() throws(SubjectError) {
    for (index, identifier) in try items("identifiers", "subject").enumerated() {
      let place = pointer.appending("identifiers").appending(index)
      try Self(of: identifier, at: place, as: .alias).checkMembers()
    }
  }

  private func checkAddresses() throws(SubjectError) {
    for (index, address) in try items("ip-addresses", "IP address").enumerated() {
      guard case .string(let text) = address, IPAddressSyntax.isAddress(text) else {
        let fault = "an item must be an IPv4 or IPv6 address in its text form, but is \(address.excerpt)"
        throw Violation(pointer.appending("ip-addresses").appending(index), fault)
      }
    }
  }
}

/// Access to the members, and to the format first of all.
extension SubjectExamination {
  private func required(_ name: String) throws(SubjectError) -> JSONValue {
    guard let value = members[name] else {
      throw Violation(
        pointer.appending(name), "\(name) is missing; a subject of format \(format) needs it")
    }
    return value
  }

  /// The elements of the only member, which must be a list and not empty.
  private func items(_ name: String, _ item: String) throws(SubjectError) -> [JSONValue] {
    try refuseMembers(except: [name])
    let value = try required(name)
    guard let items = value.arrayValue, !items.isEmpty else {
      throw Violation(
        pointer.appending(name), "\(name) must be an array of at least one \(item), but is \(value.kind)")
    }
    return items
  }

  private func refuseMembers(except described: [String]) throws(SubjectError) {
    for (name, _) in members where name != "format" && !described.contains(name) {
      let remedy = "only format, \(described.joined(separator: ", ")) may be there"
      throw Violation(pointer.appending(name), "a subject of format \(format) has no such member; \(remedy)")
    }
  }

  private static func format(
    of members: JSONObject, at pointer: JSONPointer
  ) throws(SubjectError) -> SubjectFormat {
    guard let value = members["format"] else {
      let isRetired = members["subject_type"] != nil
      let remedy = isRetired ? "subject_type is its retired name" : "name one of \(knownNames)"
      throw Violation(pointer, "format is missing; \(remedy)")
    }
    guard let name = value.stringValue else {
      throw Violation(pointer, "format must be a string, but is \(value.kind)")
    }
    let format = SubjectFormat(rawValue: name)
    guard SubjectFormat.known.contains(format) || format.isCollisionResistant else {
      throw Violation(pointer, "\(value.excerpt) is not a known format; \(remedy(forUnknown: name))")
    }
    return format
  }

  private static func remedy(forUnknown name: String) -> String {
    let nearest = SubjectFormat.known.map(\.rawValue).nearest(to: name)
    return nearest.map { "did you mean \($0)?" }
      ?? "known are \(knownNames), and private ones are named by a URI or with a domain"
  }

  private static let knownNames = SubjectFormat.known.map(\.rawValue).joined(separator: ", ")
}
