/// Why a text is not base64url.
package enum Base64URLError: Error, Equatable, CustomStringConvertible {
  /// No byte string encodes to a text of so many characters.
  case impossibleLength(Int)
  /// A byte outside the alphabet; padding, white space and the `+` and `/` of plain base64 are such.
  case foreignCharacter(UInt8, offset: Int)
  /// The last character carries bits that belong to no byte, so that two texts would mean the same bytes.
  case trailingBits

  package var description: String {
    switch self {
    case .impossibleLength(let count): "\(count) characters are no whole number of base64url bytes"
    case .foreignCharacter(let byte, let offset):
      "byte \(byte) at offset \(offset) is not in the base64url alphabet"
    case .trailingBits: "the last base64url character has bits that are not zero behind the last byte"
    }
  }
}
