import JSON
import Testing

@Suite struct JSONNumberTests {
  @Test(
    "integers of 64 bits are exact",
    arguments: [
      ("0", 0), ("-1", -1), ("10", 10), ("1700000000", 1_700_000_000),
      ("9007199254740993", 9_007_199_254_740_993),
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ])
  func parsesIntegers(text: String, integer: Int64) throws {
    #expect(try parse(text) == .integer(integer))
  }

  @Test(
    "other numbers keep their spelling",
    arguments: [
      "-0", "1.0", "-0.0", "0.10", "1e3", "1E+3", "0e0", "2e-07", "123.456e-78", "1e400",
      "9223372036854775808",
      "-9223372036854775809", "123456789012345678901234567890",
    ])
  func keepsOtherNumbers(text: String) throws {
    let value = try parse(text)
    #expect(value == .number(text))
    #expect(value.text() == text)
  }

  @Test(
    "RFC 8259 6 malformed numbers are refused",
    arguments: [
      "-", "+1", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1.e3", "1e", "1e+", "1E-", "1e1.5", "1.2.3",
      "0x10", "1_000",
      "1a", "- 1", "1 e3", "٣", "\u{FF11}", "-Infinity",
    ])
  func refusesMalformedNumbers(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
    #expect(throws: JSONSyntaxError.self) { try parse("[\(text)]") }
  }
}
