import SharedSignals
import Testing

@Suite struct DeliveryMethodURITests {
  @Test(
    "SSF 6.1 a method is read in both spellings, and keeps its own",
    arguments: [
      ("urn:ietf:rfc:8935", DeliveryMethod.push), ("urn:ietf:rfc:8936", .poll),
      ("https://schemas.openid.net/secevent/risc/delivery-method/push", .push),
      ("https://schemas.openid.net/secevent/risc/delivery-method/poll", .poll),
    ])
  func spellings(uri: String, method: DeliveryMethod) throws {
    let spelled = try #require(DeliveryMethodURI(rawValue: uri))
    #expect(spelled.method == method)
    #expect(spelled.rawValue == uri)
  }

  @Test("a method without a spelling is written with its URN", arguments: DeliveryMethod.allCases)
  func presentSpelling(method: DeliveryMethod) {
    #expect(DeliveryMethodURI(method).rawValue == method.rawValue)
    #expect(DeliveryMethodURI(rawValue: method.rawValue) == DeliveryMethodURI(method))
  }

  @Test("another URI is no method", arguments: ["", "push", "urn:ietf:rfc:8937", "URN:IETF:RFC:8935"])
  func unknown(uri: String) { #expect(DeliveryMethodURI(rawValue: uri) == nil) }
}
