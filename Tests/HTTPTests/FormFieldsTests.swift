import HTTP
import Testing

@Suite struct FormFieldsTests {
  private func parse(_ body: String) throws(FormFields.Fault) -> FormFields {
    try FormFields(parsing: Array(body.utf8))
  }

  @Test("RFC 6749 appendix B names and values are decoded")
  func decoding() throws {
    let form = try parse("grant_type=client_credentials&scope=ssf.read+ssf%2Emanage&n%61me=%C3%BC=x")
    #expect(form["grant_type"] == "client_credentials")
    #expect(form["scope"] == "ssf.read ssf.manage")
    #expect(form["name"] == "ü=x")
  }

  @Test("RFC 6749 3.2 a field without a value is as good as none", arguments: ["a=", "a", "&&", ""])
  func empty(body: String) throws {
    #expect(try parse(body)["a"] == nil)
  }

  @Test("RFC 6749 3.2 a field that is there twice refuses the form, however it is written")
  func repeated() {
    for body in ["a=1&a=1", "a=1&%61=2", "a=&a=2", "b&b"] {
      #expect(throws: FormFields.Fault.self) { try parse(body) }
    }
  }

  @Test(
    "what does not decode refuses the form", arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%ff", "a=%00"])
  func malformed(body: String) {
    #expect(throws: FormFields.Fault.malformedEscape) { try parse(body) }
  }

  @Test("a form has at most 64 fields")
  func tooMany() throws {
    let fields = (0..<64).map { "f\($0)=x" }
    #expect(try parse(fields.joined(separator: "&"))["f63"] == "x")
    #expect(throws: FormFields.Fault.tooManyFields(limit: 64)) {
      try parse((fields + ["f64=x"]).joined(separator: "&"))
    }
  }
}
