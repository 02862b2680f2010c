/// Bytes as hexadecimal digits in lower case.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// 16 digits, the most significant first.
  static func encode(_ number: UInt64) -> String {
    encode((0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
  }

  /// Nil unless the text is whole bytes in lower case: each value has one text only.
  static func decode(_ text: String) -> [UInt8]? {
    let values = text.utf8.compactMap(digits.firstIndex)
    guard values.count == text.utf8.count, values.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}
