import COpenSSL

/// Owns the one copy of a secret and wipes it when its last user is gone.
final class SecretBytes: Sendable {
  nonisolated(unsafe) private let memory: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    memory = .allocate(capacity: bytes.count)
    _ = memory.initialize(from: bytes)
  }

  deinit {
    OPENSSL_cleanse(memory.baseAddress, memory.count)
    memory.deallocate()
  }

  /// The secret's address, good while this object lives.
  var pointer: UnsafePointer<UInt8>? { UnsafePointer(memory.baseAddress) }
}
