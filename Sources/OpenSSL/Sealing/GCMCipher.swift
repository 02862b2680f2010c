import COpenSSL

/// One AES-256-GCM operation over an EVP_CIPHER_CTX: start, associated data, text, then finish and tag (or, for
/// opening, tag and then finish).
struct GCMCipher: ~Copyable {
  enum Direction: Int32 {
    case open = 0
    case seal = 1
  }

  private let context: OpaquePointer

  init() throws(OpenSSLError) {
    context = try require(EVP_CIPHER_CTX_new(), "allocate a cipher context")
  }

  deinit {
    EVP_CIPHER_CTX_free(context)
  }

  func start(_ direction: Direction, key: SecretBytes, nonce: [UInt8]) throws(OpenSSLError) {
    let started = withExtendedLifetime(key) {
      EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key.pointer, nonce, direction.rawValue)
    }
    try require(started, "start AES-256-GCM")
  }

  func authenticate(_ associatedData: [UInt8]) throws(OpenSSLError) {
    guard !associatedData.isEmpty else { return }
    var count: Int32 = 0
    let updated = EVP_CipherUpdate(context, nil, &count, associatedData, Int32(associatedData.count))
    try require(updated, "authenticate associated data")
  }

  func transform(_ text: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    guard !text.isEmpty else { return [] }
    var output = [UInt8](repeating: 0, count: text.count)
    var count: Int32 = 0
    try require(EVP_CipherUpdate(context, &output, &count, text, Int32(text.count)), "run AES-256-GCM")
    return output
  }

  /// 1 where the operation ended well; for opening anything else means a tag that does not match.
  func finish() -> Int32 {
    // GCM writes nothing here, but OpenSSL wants somewhere to write it.
    var nothing: UInt8 = 0
    var count: Int32 = 0
    return EVP_CipherFinal_ex(context, &nothing, &count)
  }

  func tag(byteCount: Int) throws(OpenSSLError) -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: byteCount)
    let read = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(byteCount), &tag)
    try require(read, "read the tag of AES-256-GCM")
    return tag
  }

  func expect(tag: [UInt8]) throws(OpenSSLError) {
    var tag = tag
    let set = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag)
    try require(set, "set the tag of AES-256-GCM")
  }
}
