import HTTP
import Transmitter

extension ClientCredentials {
  static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  /// What a client shows: exactly one proof of who it is (RFC 6749 §2.3).
  init(reading request: Request, _ form: FormFields) throws(APIError) {
    let basic = try BasicCredentials.read(from: request)
    let assertion = form["client_assertion"]
    let methods = [basic != nil, form["client_secret"] != nil, assertion != nil].count { $0 }
    guard methods <= 1 else { throw .invalidTokenRequest("the client authenticates in more than one way") }
    let named = form["client_id"]
    if let basic {
      guard named == nil || named == basic.user else {
        throw .invalidTokenRequest("client_id is not the client that authenticates")
      }
      self = .secret(clientID: basic.user, secret: basic.password)
    } else if let assertion {
      guard form["client_assertion_type"] == Self.assertionType else {
        throw .invalidTokenRequest("client_assertion_type must be \(Self.assertionType)")
      }
      self = .assertion(assertion, clientID: named)
    } else if let secret = form["client_secret"], let named {
      self = .secret(clientID: named, secret: secret)
    } else {
      throw .invalidClient(because: "no client authentication")
    }
  }
}
