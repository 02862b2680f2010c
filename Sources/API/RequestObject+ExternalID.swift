import JSON

/// How long an external id may be, in characters, none of which is a control character.
enum ExternalIDLength: Int {
  case user = 512
  case group = 255
}

extension RequestObject {
  func externalID(_ name: String = "externalId", atMost length: ExternalIDLength) throws(APIError) -> String {
    let id = try string(name)
    try Self.checkID(id, atMost: length, at: pointer.appending(name))
    return id
  }

  static func checkID(
    _ id: String, atMost length: ExternalIDLength, at pointer: JSONPointer
  ) throws(APIError) {
    let isGood =
      !id.isEmpty && (id.utf8.count <= length.rawValue || id.unicodeScalars.count <= length.rawValue)
    if !isGood { throw .invalid(pointer, "must have 1 to \(length.rawValue) characters") }
    if id.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw .invalid(pointer, "must have no control characters")
    }
  }
}
