import HTTP
import JOSE

/// User and password of the Basic scheme (RFC 7617), each of them form-encoded as OAuth wants it (RFC 6749 §2.3.1).
struct BasicCredentials: Equatable {
  let user: String
  let password: String

  /// Reads the `Authorization` field; nil if there is none.
  ///
  /// - Throws: `APIError` `invalid_client` for another scheme or what cannot be read, `invalid_request` for two.
  static func read(from request: Request) throws(APIError) -> BasicCredentials? {
    let values = request.fields.values(of: "Authorization")
    guard values.count <= 1 else { throw .invalidTokenRequest("there is more than one Authorization field") }
    guard let value = values.first else { return nil }
    guard let credentials = BasicCredentials(parsing: value) else {
      throw .invalidClient(because: "the Authorization field is not of the Basic scheme")
    }
    return credentials
  }

  init?(parsing field: String) {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Self.decode(parts[1]),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let user = try? FormFields.decode(bytes[..<colon]),
      let password = try? FormFields.decode(bytes[(colon + 1)...])
    else { return nil }
    self.user = user
    self.password = password
  }

  /// Base64 with its padding (RFC 4648 §4).
  private static func decode(_ text: Substring) -> [UInt8]? {
    let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard text.utf8.count.isMultiple(of: 4), padding <= 2, !text.utf8.contains(where: "-_".utf8.contains)
    else {
      return nil
    }
    let unpadded = text.utf8.dropLast(padding).map { byte in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      default: byte
      }
    }
    return try? Base64URL.decode(unpadded.span)
  }
}
