import JSON
import Transmitter

extension RequestObject {
  /// The keys that a request registers: `jwks`, or `jwks_uri` where the client publishes them itself. nil where it
  /// names neither, or makes the one it names null.
  ///
  /// - Parameter policy: tells where keys may be fetched from.
  func optionalClientKeys(by policy: StreamPolicy) throws(APIError) -> ClientKeys? {
    let jwks = try optional("jwks")
    let location = try optionalString("jwks_uri")
    guard jwks == nil || location == nil else {
      throw .invalid(pointer.appending("jwks_uri"), "cannot stand beside jwks (RFC 7591 §2)")
    }
    if let jwks {
      return try keys("jwks") { () throws(ClientKeysError) in try ClientKeys(registering: jwks) }
    }
    guard let location else { return nil }
    return try keys("jwks_uri") { () throws(ClientKeysError) in
      try ClientKeys(publishedAt: location, by: policy)
    }
  }

  private func keys(
    _ name: String, _ read: () throws(ClientKeysError) -> ClientKeys
  ) throws(APIError) -> ClientKeys {
    do throws(ClientKeysError) {
      return try read()
    } catch {
      throw .invalid(pointer.appending(name).appending(error.pointer), error.description)
    }
  }
}
