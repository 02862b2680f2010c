/// Why a text is not accepted as a URL; each text names the cause and the remedy.
package enum HTTPURLError: String, Error, Hashable, CaseIterable, CustomStringConvertible {
  case empty = "empty"
  case foreignScheme = "foreign_scheme"
  case userinfo = "userinfo"
  case fragment = "fragment"
  case backslash = "backslash"
  case notASCII = "not_ascii"
  case controlOrSpace = "control_or_space"
  case forbiddenCharacter = "forbidden_character"
  case malformedPercentEncoding = "malformed_percent_encoding"
  case emptyHost = "empty_host"
  case malformedHost = "malformed_host"
  case malformedIPv4 = "malformed_ipv4"
  case malformedIPv6 = "malformed_ipv6"
  case malformedPort = "malformed_port"

  package var description: String {
    switch self {
    case .empty: "the URL is empty: give an absolute URL such as https://receiver.example/events"
    case .foreignScheme: "the URL does not begin with https:// or http://: give an absolute URL"
    case .userinfo:
      "the URL holds a user name or password before '@': remove it and send credentials in a header"
    case .fragment: "the URL holds a fragment ('#'): remove it, or write %23 for the character"
    case .backslash: "the URL holds a backslash: write '/' or %5C"
    case .notASCII:
      "the URL holds a character outside ASCII: percent-encode it, and write the host in punycode"
    case .controlOrSpace: "the URL holds a space or control character: remove it or percent-encode it"
    case .forbiddenCharacter: "the path or query holds a character that must be percent-encoded"
    case .malformedPercentEncoding:
      "a '%' in the URL is not followed by two hexadecimal digits: write %25 for the character"
    case .emptyHost: "the URL has no host: give one behind '://'"
    case .malformedHost:
      "the host is not a name of letters, digits, '-' and '_' in labels of 1 to 63 characters"
    case .malformedIPv4:
      "the host looks like a number: write an IPv4 address as four decimal numbers without leading zeros"
    case .malformedIPv6:
      "the host is not an IPv6 address: write it in brackets and without a zone, such as [2001:db8::1]"
    case .malformedPort: "the port is not a number from 1 to 65535: correct it or leave it out with its ':'"
    }
  }
}
