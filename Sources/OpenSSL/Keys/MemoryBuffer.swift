import COpenSSL

/// A memory BIO: where OpenSSL writes text such as PEM. Its memory is wiped when it goes, since the text may
/// be a private key.
struct MemoryBuffer: ~Copyable {
  let pointer: OpaquePointer

  init() throws(OpenSSLError) {
    pointer = try require(BIO_new(BIO_s_mem()), "allocate a memory buffer")
  }

  deinit {
    BIO_free(pointer)
  }

  /// A copy of what has been written so far.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = copenssl_bio_contents(pointer, &start)
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }
}
