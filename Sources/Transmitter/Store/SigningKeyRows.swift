import JOSE
import OpenSSL
import SQLite

/// The SQL of signing keys. Private keys are sealed before they come here.
extension Database {
  func loadSigningKeys(_ sealer: Sealer) throws -> [SigningKey] {
    try query("SELECT kid, algorithm, state, sealed, created_ms FROM signing_key ORDER BY created_ms") {
      row in
      let id = try row.text(0)
      guard let algorithm = SignatureAlgorithm(rawValue: try row.text(1)),
        let state = SigningKey.State(rawValue: try row.text(2))
      else { throw SealerError.unreadable(SigningKey.sealingContext(id)) }
      let pem = try sealer.open(row.bytes(3), context: SigningKey.sealingContext(id))
      return try SigningKey(
        PrivateKey(pem: pem), algorithm: algorithm, state: state,
        created: Timestamp(milliseconds: row.int64(4)))
    }
  }

  func insert(_ key: SigningKey, sealed: [UInt8]) throws {
    try execute(
      "INSERT INTO signing_key (kid, algorithm, state, sealed, created_ms) VALUES (?, ?, ?, ?, ?)",
      key.id, key.algorithm.rawValue, key.state.rawValue, sealed, key.created.milliseconds)
  }
}
