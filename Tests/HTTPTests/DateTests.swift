import Foundation
import HTTP
import Testing

@Suite("Dates") struct DateTests {
  @Test("civil dates and seconds turn into each other, as Foundation has it") func civilDates() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for seconds in stride(from: Int64(-2_000_000_000), to: 8_000_000_000, by: 12_345_679) {
      let date = CivilDate(secondsSince1970: seconds)
      let expected = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second, .weekday],
        from: Date(timeIntervalSince1970: TimeInterval(seconds)))
      #expect(date.year == expected.year && date.month == expected.month && date.day == expected.day)
      #expect(date.hour == expected.hour && date.minute == expected.minute && date.second == expected.second)
      #expect(date.weekday + 1 == expected.weekday)
      #expect(date.secondsSince1970 == seconds)
    }
  }

  @Test("days follow each other over four centuries and their edges") func everyDay() {
    for day in Int64(-719_528)...Int64(2_932_896) where day % 7 == 0 || abs(day) < 1000 {
      #expect(CivilDate(secondsSince1970: day * 86_400).secondsSince1970 == day * 86_400)
    }
    #expect(CivilDate(secondsSince1970: .min).year == 0)
    #expect(CivilDate(secondsSince1970: .max).year == 9999)
  }

  @Test(
    "dates that do not exist are refused",
    arguments: [
      (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0),
    ])
  func noSuchDate(year: Int, month: Int, day: Int) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test("leap days exist", arguments: [2024, 2000])
  func leapDay(year: Int) {
    #expect(CivilDate(year: year, month: 2, day: 29) != nil)
  }

  @Test("RFC 9110 5.6.7 three forms of one date")
  func httpDates() {
    #expect(HTTPDate.text(secondsSince1970: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    for text in [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ] {
      #expect(HTTPDate.parse(text) == 784_111_777)
    }
    #expect(
      HTTPDate.parse("Sunday, 06-Nov-69 08:49:37 GMT") == HTTPDate.parse("Wed, 06 Nov 2069 08:49:37 GMT"))
    #expect(HTTPDate.parse("Thu Jan 01 00:00:00 1970") == 0)
  }

  @Test(
    "RFC 9110 5.6.7 what is no HTTP date",
    arguments: [
      "", "120", "1994-11-06T08:49:37Z", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ", "sun, 06 nov 1994 08:49:37 gmt",
      "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun, +6 Nov 1994 08:49:37 GMT",
    ])
  func noHTTPDates(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }

  @Test(
    "RFC 3339 timestamps",
    arguments: [
      ("2025-09-26T04:55:04.000Z", Int64(1_758_862_504_000)), ("1970-01-01T00:00:00.000Z", 0),
      ("1969-12-31T23:59:59.999Z", -1), ("2024-02-29T12:00:00.123Z", 1_709_208_000_123),
    ])
  func rfc3339(text: String, milliseconds: Int64) {
    #expect(RFC3339.text(millisecondsSince1970: milliseconds) == text)
    #expect(RFC3339.parse(text) == milliseconds)
  }

  @Test(
    "RFC 3339 other ways to write an instant",
    arguments: [
      "2025-09-26T04:55:04Z", "2025-09-26t04:55:04z", "2025-09-26T06:55:04+02:00",
      "2025-09-25T23:25:04-05:30",
      "2025-09-26T04:55:04.0Z", "2025-09-26T04:55:04.0009999Z", "2025-09-26T04:55:04.000-00:00",
    ])
  func rfc3339Forms(text: String) {
    #expect(RFC3339.parse(text) == 1_758_862_504_000)
  }

  @Test(
    "RFC 3339 what is no timestamp",
    arguments: [
      "", "2025-09-26", "2025-09-26 04:55:04Z", "2025-09-26T04:55:04", "2025-09-26T04:55Z",
      "2025-09-26T04:55:04.Z",
      "2025-09-26T04:55:04+24:00", "2025-09-26T04:55:04+0200", "2025-13-26T04:55:04Z", "2025-09-26T04:55:61Z",
      "2025-09-26T04:55:04Zx", "25-09-26T04:55:04Z",
    ])
  func noRFC3339(text: String) {
    #expect(RFC3339.parse(text) == nil)
  }

  @Test("the furthest instants do not overflow") func extremes() {
    #expect(RFC3339.text(millisecondsSince1970: .min).hasPrefix("0000-01-01"))
    #expect(RFC3339.text(millisecondsSince1970: .max).hasPrefix("9999-12-31"))
  }
}
