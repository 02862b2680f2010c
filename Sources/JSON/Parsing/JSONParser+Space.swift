/// What may stand between tokens: white space (RFC 8259 §2) and, where the options allow them, comments.
extension JSONParser {
  mutating func skipSpace() throws(JSONSyntaxError) {
    while let next {
      switch next {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index += 1
      case UInt8(ascii: "/") where options.allowsCommentsAndTrailingCommas: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    index += 1
    switch next {
    case UInt8(ascii: "/"): try skipLineComment()
    case UInt8(ascii: "*"): try skipBlockComment()
    default: throw unexpected(expected: .comment)
    }
  }

  private mutating func skipLineComment() throws(JSONSyntaxError) {
    while let next, next != UInt8(ascii: "\n") {
      try skipCharacter(next)
    }
  }

  private mutating func skipBlockComment() throws(JSONSyntaxError) {
    // Past the star, so that `/*/` does not close itself.
    index += 1
    while let next {
      try skipCharacter(next)
      if next == UInt8(ascii: "*"), self.next == UInt8(ascii: "/") {
        index += 1
        return
      }
    }
    throw unexpected(expected: .commentEnd)
  }

  private mutating func skipCharacter(_ next: UInt8) throws(JSONSyntaxError) {
    if next < 0x80 { index += 1 } else { try skipMultibyteCharacter() }
  }
}
