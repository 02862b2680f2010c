import COpenSSL

extension PrivateKey {
  /// Makes a new key. A P-256 key takes microseconds, an RSA key a fraction of a second to seconds.
  ///
  /// - Throws: ``KeyError`` for an RSA size that is not accepted, ``OpenSSLError``.
  package static func generate(_ type: KeyType) throws -> PrivateKey {
    switch type {
    case .rsa(let bits):
      try checkRSASize(bits)
      return try generate("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, Int32(bits)) }
    case .p256:
      return try generate("EC") { EVP_PKEY_CTX_set_group_name($0, SN_X9_62_prime256v1) }
    }
  }

  private static func generate(
    _ algorithm: String, configure: (OpaquePointer) -> Int32
  ) throws -> PrivateKey {
    let operation = "generate a key"
    let context = try require(EVP_PKEY_CTX_new_from_name(nil, algorithm, nil), operation)
    defer { EVP_PKEY_CTX_free(context) }
    try require(EVP_PKEY_keygen_init(context), operation)
    try require(configure(context), operation)
    var key: OpaquePointer?
    try require(EVP_PKEY_generate(context, &key), operation)
    return try PrivateKey(handle: KeyHandle(adopting: require(key, operation)))
  }
}
