/// Why a text is not an address or a block of addresses.
package enum AddressError: Error, Equatable, CustomStringConvertible {
  case notASocketAddress(String)
  case notACIDR(String)
  case bitsBehindPrefix(String)

  package var description: String {
    switch self {
    case .notASocketAddress(let text):
      "\"\(text)\" is not an address with a port; write it like 127.0.0.1:8080, [::1]:8080 or *:8080"
    case .notACIDR(let text):
      "\"\(text)\" is not a block of addresses; write it like 10.0.0.0/8 or fd00::/8"
    case .bitsBehindPrefix(let text):
      "\"\(text)\" has address bits set behind its prefix; clear them or lengthen the prefix"
    }
  }
}

extension Int {
  /// A decimal number of digits only, no sign and no leading zero, up to `limit`.
  init?(decimal text: some StringProtocol, through limit: Int) {
    let digits = text.utf8
    guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    guard digits.count == 1 || digits.first != 0x30 else { return nil }
    guard let number = Int(text), number <= limit else { return nil }
    self = number
  }
}
