/// Timestamps of RFC 3339: written in UTC with milliseconds, read with any offset and any fraction.
package enum RFC3339 {
  /// `2025-09-26T04:55:04.000Z`
  package static func text(millisecondsSince1970 milliseconds: Int64) -> String {
    let remainder = milliseconds % 1000
    let fraction = remainder < 0 ? remainder + 1000 : remainder
    // Not `milliseconds - fraction`, which overflows for the earliest instants.
    let seconds = milliseconds / 1000 - (remainder < 0 ? 1 : 0)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    append(CivilDate(secondsSince1970: seconds), to: &text)
    text.append(UInt8(ascii: "."))
    text.append(decimal: Int(fraction), width: 3)
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// Milliseconds since 1970, digits beyond them cut off; `nil` for anything but a `date-time` of RFC 3339
  /// §5.6.
  package static func parse(_ text: String) -> Int64? {
    var fields = DateFields(text)
    guard let date = date(&fields) else { return nil }
    var fraction: Int64 = 0
    if fields.skip(".") {
      guard let value = fields.fractionInMilliseconds() else { return nil }
      fraction = value
    }
    guard let offset = offsetInSeconds(&fields), fields.isAtEnd else { return nil }
    return (date.secondsSince1970 - offset) * 1000 + fraction
  }

  private static func append(_ date: CivilDate, to text: inout [UInt8]) {
    text.append(decimal: date.year, width: 4)
    for (separator, value) in [
      ("-", date.month), ("-", date.day), ("T", date.hour), (":", date.minute), (":", date.second),
    ] {
      text.append(contentsOf: separator.utf8)
      text.append(decimal: value, width: 2)
    }
  }

  private static func date(_ fields: inout DateFields) -> CivilDate? {
    guard let year = fields.number(width: 4), fields.skip("-"), let month = fields.number(width: 2),
      fields.skip("-"), let day = fields.number(width: 2), fields.skip("T") || fields.skip("t"),
      let time = fields.timeOfDay()
    else { return nil }
    return CivilDate(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
  }

  private static func offsetInSeconds(_ fields: inout DateFields) -> Int64? {
    if fields.skip("Z") || fields.skip("z") { return 0 }
    let isAhead = fields.skip("+")
    guard isAhead || fields.skip("-"), let hours = fields.number(width: 2), hours < 24, fields.skip(":"),
      let minutes = fields.number(width: 2), minutes < 60
    else { return nil }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return isAhead ? seconds : -seconds
  }
}
