/// The grammar of telephone numbers as E.164 §6 has them, with the international prefix: `+12065550100`.
enum PhoneNumberSyntax {
  static func isPhoneNumber(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst()
    return text.utf8.first == UInt8(ascii: "+") && ASCIISet.digit.matches(digits)
      && (2...15).contains(digits.count) && digits.first != UInt8(ascii: "0")
  }
}
