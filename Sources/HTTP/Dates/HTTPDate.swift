/// Dates of header fields (RFC 9110 §5.6.7): written as IMF-fixdate, read in that and the two obsolete forms.
package enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let longDays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  package static func text(secondsSince1970 seconds: Int64) -> String {
    let date = CivilDate(secondsSince1970: seconds)
    var text: [UInt8] = []
    text.reserveCapacity(29)
    text.append(contentsOf: "\(days[date.weekday]), ".utf8)
    text.append(decimal: date.day, width: 2)
    text.append(contentsOf: " \(months[date.month - 1]) ".utf8)
    text.append(decimal: date.year, width: 4)
    text.append(.space)
    text.append(decimal: date.hour, width: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: date.minute, width: 2)
    text.append(UInt8(ascii: ":"))
    text.append(decimal: date.second, width: 2)
    text.append(contentsOf: " GMT".utf8)
    return String(decoding: text, as: UTF8.self)
  }

  /// Seconds since 1970; `nil` for anything but the three forms. The name of the day must be one but is not
  /// compared with the date. Two-digit years are 1970 to 2069.
  package static func parse(_ text: String) -> Int64? {
    let date = fixdate(DateFields(text)) ?? rfc850(DateFields(text)) ?? asctime(DateFields(text))
    return date?.secondsSince1970
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private static func fixdate(_ fields: DateFields) -> CivilDate? {
    var fields = fields
    guard fields.name(among: days) != nil, fields.skip(", "), let day = fields.number(width: 2),
      fields.skip(" "), let month = fields.name(among: months), fields.skip(" "),
      let year = fields.number(width: 4), fields.skip(" "), let time = fields.timeOfDay(),
      fields.skip(" GMT"), fields.isAtEnd
    else { return nil }
    return date(year, month, day, time)
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`
  private static func rfc850(_ fields: DateFields) -> CivilDate? {
    var fields = fields
    guard fields.name(among: longDays) != nil, fields.skip(", "), let day = fields.number(width: 2),
      fields.skip("-"), let month = fields.name(among: months), fields.skip("-"),
      let year = fields.number(width: 2), fields.skip(" "), let time = fields.timeOfDay(),
      fields.skip(" GMT"), fields.isAtEnd
    else { return nil }
    return date(year < 70 ? 2000 + year : 1900 + year, month, day, time)
  }

  /// `Sun Nov  6 08:49:37 1994`
  private static func asctime(_ fields: DateFields) -> CivilDate? {
    var fields = fields
    guard fields.name(among: days) != nil, fields.skip(" "), let month = fields.name(among: months),
      fields.skip(" "), let day = fields.number(width: fields.skip(" ") ? 1 : 2), fields.skip(" "),
      let time = fields.timeOfDay(), fields.skip(" "), let year = fields.number(width: 4), fields.isAtEnd
    else { return nil }
    return date(year, month, day, time)
  }

  private static func date(
    _ year: Int, _ monthIndex: Int, _ day: Int, _ time: (hour: Int, minute: Int, second: Int)
  ) -> CivilDate? {
    CivilDate(
      year: year, month: monthIndex + 1, day: day, hour: time.hour, minute: time.minute, second: time.second)
  }
}
