import COpenSSL

/// What a client shows of itself in a TLS handshake: a certificate with its issuers, and the key to it.
package final class TLSClientIdentity: Sendable {
  private static let mostCertificates = 8

  /// The client's certificate, then its issuers, in PEM form.
  package let certificateChain: [UInt8]
  /// SHA-256 of the chain: what tells one identity from another.
  private let fingerprint: [UInt8]
  private let certificates: [Certificate]
  private let key: KeyHandle

  /// - Parameters:
  ///   - certificateChain: PEM: the client's certificate, then its issuers, eight at most.
  ///   - privateKey: PEM: the certificate's key, not encrypted.
  /// - Throws: ``TLSIdentityError``.
  package init(certificateChain: [UInt8], privateKey: [UInt8]) throws(TLSIdentityError) {
    self.certificateChain = certificateChain
    fingerprint = SHA256.digest(certificateChain)
    certificates = try Certificate.read(certificateChain, atMost: Self.mostCertificates)
    do {
      key = KeyHandle(adopting: try PrivateKey.readPEM(privateKey))
    } catch {
      throw .unreadableKey
    }
    guard let leaf = certificates.first, X509_check_private_key(leaf.pointer, key.pointer) == 1 else {
      OpenSSLError.discardQueue()
      throw .keyOfAnother
    }
  }

  /// The key as PKCS#8 PEM, not encrypted: the caller guards it.
  package func privateKey() throws(OpenSSLError) -> [UInt8] {
    try key.pem()
  }

  /// Makes `ssl` show this identity to a server that asks for one.
  /// - Returns: false if OpenSSL refuses it, as it does a certificate with a weak signature.
  func bind(to ssl: OpaquePointer) -> Bool {
    guard let leaf = certificates.first, SSL_use_certificate(ssl, leaf.pointer) == 1,
      SSL_use_PrivateKey(ssl, key.pointer) == 1
    else { return false }
    return certificates.dropFirst().allSatisfy { copenssl_tls_add_chain_certificate(ssl, $0.pointer) == 1 }
  }
}

extension TLSClientIdentity: Hashable {
  package static func == (left: TLSClientIdentity, right: TLSClientIdentity) -> Bool {
    left.fingerprint == right.fingerprint
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(fingerprint)
  }
}

/// Why PEM texts make no identity.
package enum TLSIdentityError: Error, Equatable, Sendable, CustomStringConvertible {
  case unreadableCertificate
  case unreadableKey
  case keyOfAnother

  package var description: String {
    switch self {
    case .unreadableCertificate: "is no PEM text of one to eight certificates"
    case .unreadableKey: "is no PEM text of a private key that is not encrypted"
    case .keyOfAnother: "is not the key of the certificate"
    }
  }
}

/// Owns one reference to an X509, which nobody changes.
private final class Certificate: Sendable {
  nonisolated(unsafe) let pointer: OpaquePointer

  private init(adopting pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit { X509_free(pointer) }

  /// The certificates of a PEM text, in order.
  static func read(_ pem: [UInt8], atMost limit: Int) throws(TLSIdentityError) -> [Certificate] {
    defer { OpenSSLError.discardQueue() }
    let certificates = pem.withUnsafeBytes { bytes -> [Certificate] in
      guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return [] }
      defer { BIO_free(source) }
      let all = sequence(state: source) { PEM_read_bio_X509($0, nil, nil, nil).map(Certificate.init) }
      return Array(all.prefix(limit + 1))
    }
    guard (1...limit).contains(certificates.count) else { throw .unreadableCertificate }
    return certificates
  }
}
