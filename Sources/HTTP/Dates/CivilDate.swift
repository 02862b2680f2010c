/// A date and time of day in UTC, proleptic Gregorian calendar, by arithmetic alone.
///
/// Days are counted in years that begin on 1 March, so that the leap day is the last of its year, and in eras
/// of 400 years (146,097 days), in which the calendar repeats.
package struct CivilDate: Hashable, Sendable {
  package let year: Int
  /// 1...12
  package let month: Int
  /// 1...31
  package let day: Int
  /// 0...23
  package let hour: Int
  /// 0...59
  package let minute: Int
  /// 0...60; 60 is a leap second and counts as the first second of the next minute.
  package let second: Int

  /// `nil` for a date or time that does not exist, and for years outside 0...9999.
  package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard 0...9999 ~= year, 1...12 ~= month, 1...Self.days(inMonth: month, of: year) ~= day,
      0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// - Parameter secondsSince1970: any instant of the years 0...9999; later and earlier ones are moved to the
  ///   nearest of these.
  package init(secondsSince1970: Int64) {
    let seconds = Int(min(max(secondsSince1970, Self.earliest), Self.latest))
    let days = seconds.flooredQuotient(by: 86_400)
    let secondOfDay = seconds - days * 86_400
    (year, month, day) = Self.civil(fromDays: days)
    hour = secondOfDay / 3600
    minute = secondOfDay / 60 % 60
    second = secondOfDay % 60
  }

  package var secondsSince1970: Int64 {
    Int64(daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second)
  }

  /// 0 is Sunday.
  package var weekday: Int {
    let days = daysSince1970 + 4
    return days - days.flooredQuotient(by: 7) * 7
  }
}

extension CivilDate {
  /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
  private static let earliest: Int64 = -62_167_219_200
  private static let latest: Int64 = 253_402_300_799

  /// Days from 0000-03-01 to 1970-01-01.
  private static let epoch = 719_468
  private static let daysPerEra = 146_097

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 && isLeap ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  private var daysSince1970: Int {
    let marchYear = month > 2 ? year : year - 1
    let era = marchYear.flooredQuotient(by: 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = Self.dayOfYear(marchMonth: (month + 9) % 12) + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysPerEra + dayOfEra - Self.epoch
  }

  private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + epoch
    let era = shifted.flooredQuotient(by: daysPerEra)
    let dayOfEra = shifted - era * daysPerEra
    // Takes the leap days out, so that what is left counts years of 365 days.
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let day = dayOfYear - self.dayOfYear(marchMonth: marchMonth) + 1
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  /// Days from 1 March to the first of the month that is `marchMonth` months later.
  private static func dayOfYear(marchMonth: Int) -> Int { (153 * marchMonth + 2) / 5 }
}

extension Int {
  fileprivate func flooredQuotient(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
  }
}
