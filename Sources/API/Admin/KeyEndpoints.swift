import HTTP
import JOSE
import JSON
import Transmitter

/// The signing keys, as far as they may be shown.
enum KeyEndpoints {
  static func list(_ keys: KeyRing) -> Endpoint {
    Endpoint(.scope(.admin)) { _ in
      .json(["keys": .array(keys.all.map(json))])
    }
  }

  private static func json(_ key: SigningKey) -> JSONValue {
    [
      "kid": .string(key.id),
      "purpose": .string(key.purpose.rawValue),
      "alg": .string(key.algorithm.rawValue),
      "state": .string(key.state.rawValue),
      "created": .string(key.created.description),
    ]
  }
}
