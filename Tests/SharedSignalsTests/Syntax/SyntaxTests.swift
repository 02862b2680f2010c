import Testing

@testable import SharedSignals

@Suite struct SyntaxTests {
  @Test(
    "RFC 3986 URIs",
    arguments: [
      "https://example.com", "http://user:pw@example.com:8443/a/b;c?d=e/?#f", "urn:ietf:rfc:8935",
      "mailto:a@b.c",
      "http://[2001:db8::1]:80/", "http://[::ffff:10.0.0.1]", "a:", "file:///etc/hosts", "x+y-z.1:/path",
      "https://example.com/%7Euser",
    ])
  func uris(text: String) { #expect(URISyntax.isURI(text)) }

  @Test(
    "RFC 3986 what is no URI",
    arguments: [
      "", "example.com", "//example.com/a", "1http://example.com", "http://exa mple.com",
      "http://example.com/%zz",
      "http://example.com/%7", "http://example.com/ü", "http://[::1/", "http://example.com:8a/", "a:b#c#d",
      ":b",
      "http://exa[mple/", "https://example.com/<x>",
    ])
  func noURIs(text: String) { #expect(!URISyntax.isURI(text)) }

  @Test(
    "RFC 7565 acct: URIs",
    arguments: [
      "acct:user@example.com", "ACCT:user@example.com", "acct:foo%40bar@example.com", "acct:a+b@[::1]",
    ])
  func accounts(text: String) { #expect(AccountURISyntax.isAccountURI(text)) }

  @Test(
    "RFC 7565 what is no acct: URI",
    arguments: [
      "acct:user", "acct:@example.com", "acct:user@", "acct:us er@example.com", "mailto:user@example.com",
      "acct:%40user@example.com", "user@example.com",
    ])
  func noAccounts(text: String) { #expect(!AccountURISyntax.isAccountURI(text)) }

  @Test(
    "RFC 5322 mail addresses",
    arguments: [
      "user@example.com", "first.last+tag@sub.example.com", "o'brien@example.com",
      "\"two words\"@example.com",
      "\"a\\\"b@c\"@example.com", "user@localhost", "user@[192.0.2.1]", "user@[IPv6:2001:db8::1]",
      "jörg@müller.de",
    ])
  func addresses(text: String) { #expect(EmailAddressSyntax.isAddress(text)) }

  @Test(
    "RFC 5322 what is no mail address",
    arguments: [
      "", "@", "user", "user@", "@example.com", "a b@example.com", ".user@example.com", "user.@example.com",
      "us..er@example.com", "user@example..com", "user@.example.com", "user@[192.0.2]",
      "\"a\"b\"@example.com",
      "\"a\\\"@example.com", "\"@example.com", "user@example.com\n", "<user@example.com>",
      String(repeating: "a", count: 65) + "@example.com",
      "user@" + String(repeating: "example.", count: 32) + "com",
    ])
  func noAddresses(text: String) { #expect(!EmailAddressSyntax.isAddress(text)) }

  @Test("E.164 phone numbers", arguments: ["+12065550100", "+4930123456", "+123456789012345"])
  func phoneNumbers(text: String) { #expect(PhoneNumberSyntax.isPhoneNumber(text)) }

  @Test(
    "E.164 what is no phone number",
    arguments: [
      "", "+", "+1", "12065550100", "+02065550100", "+1 206 555 0100", "+1-206-555-0100", "+1234567890123456",
      "tel:+12065550100",
    ])
  func noPhoneNumbers(text: String) { #expect(!PhoneNumberSyntax.isPhoneNumber(text)) }

  @Test(
    "DID Core DIDs and DID URLs",
    arguments: [
      "did:example:123456", "did:web:example.com%3A3000:user", "did:key:z6Mk/path?service=a#key-1",
      "did:a1:b::c",
    ])
  func dids(text: String) { #expect(DIDSyntax.isDIDURL(text)) }

  @Test(
    "DID Core what is no DID",
    arguments: [
      "", "did:", "did:example", "did:example:", "did:Example:1", "DID:example:1", "did:example:a:", "did::1",
      "did:example:a@b", "did:example:a#b#c",
    ])
  func noDIDs(text: String) { #expect(!DIDSyntax.isDIDURL(text)) }

  @Test(
    "RFC 4291 IP addresses",
    arguments: [
      "0.0.0.0", "255.255.255.255", "::", "::1", "1::", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:192.0.2.1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7::",
      "2001:0DB8:0000:0000:0000:8a2e:0370:7334",
    ])
  func ipAddresses(text: String) { #expect(IPAddressSyntax.isAddress(text)) }

  @Test(
    "RFC 4291 what is no IP address",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", "1.2.3.4 ", ":", ":::", "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "1.2.3.4::", "fe80::1%eth0", "::1.2.3",
      ":1::",
      "1:2:3:4:5:6:7:192.0.2.1", "[::1]",
    ])
  func noIPAddresses(text: String) { #expect(!IPAddressSyntax.isAddress(text)) }

  @Test(
    "BCP 47 language tags", arguments: ["en", "es-410", "zh-Hant-TW", "de-CH-1996", "x-own", "i-klingon"])
  func languageTags(text: String) { #expect(LanguageTagSyntax.isLanguageTag(text)) }

  @Test(
    "BCP 47 what is no language tag",
    arguments: ["", "en_US", "1a", "en-", "-en", "en--us", "abcdefghi", "de-ü"])
  func noLanguageTags(text: String) { #expect(!LanguageTagSyntax.isLanguageTag(text)) }
}
