/// `application/x-www-form-urlencoded`, in which OAuth writes requests and credentials (RFC 6749 appendix B).
enum FormEncoding {
  /// A name or value; everything but letters, digits and `* - . _` is escaped.
  static func encode(_ text: String) -> String {
    text.utf8.reduce(into: "") { encoded, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        encoded.unicodeScalars.append(UnicodeScalar(byte))
      case UInt8(ascii: " "): encoded += "+"
      default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
