/// Reads fixed-width pieces of a date from the front of its bytes; shared by the date formats.
struct DateFields {
  private(set) var rest: ArraySlice<UInt8>

  init(_ text: some StringProtocol) {
    rest = Array(text.utf8)[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// Exactly `width` decimal digits.
  mutating func number(width: Int) -> Int? {
    guard let value = rest.prefix(width).decimalValue(maximumDigits: width), rest.count >= width else {
      return nil
    }
    rest.removeFirst(width)
    return value
  }

  mutating func skip(_ literal: String) -> Bool {
    guard rest.starts(with: literal.utf8) else { return false }
    rest.removeFirst(literal.utf8.count)
    return true
  }

  /// The index of the name that stands here, exactly as written in `names`.
  mutating func name(among names: [String]) -> Int? {
    guard let index = names.firstIndex(where: { rest.starts(with: $0.utf8) }) else { return nil }
    rest.removeFirst(names[index].utf8.count)
    return index
  }

  /// `hh:mm:ss`
  mutating func timeOfDay() -> (hour: Int, minute: Int, second: Int)? {
    guard let hour = number(width: 2), skip(":"), let minute = number(width: 2), skip(":"),
      let second = number(width: 2)
    else { return nil }
    return (hour, minute, second)
  }

  /// The digits of a decimal fraction as milliseconds, further digits cut off; `nil` without a digit.
  mutating func fractionInMilliseconds() -> Int64? {
    let digits = rest.prefix(while: \.isDigit)
    guard !digits.isEmpty else { return nil }
    rest.removeFirst(digits.count)
    let padded = digits.prefix(3) + repeatElement(UInt8(ascii: "0"), count: max(0, 3 - digits.count))
    return padded.decimalValue(maximumDigits: 3).map(Int64.init)
  }
}
