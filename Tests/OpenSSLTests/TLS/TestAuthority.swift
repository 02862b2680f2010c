import Foundation

/// A certificate authority that lives as long as a test: the `openssl` command makes its key and certificates in
/// a temporary directory.
final class TestAuthority: Sendable {
  /// A server's certificate chain and key, as paths of PEM files.
  struct Identity: Sendable {
    let certificate: String
    let privateKey: String
    /// Keeps the files.
    let authority: TestAuthority
  }

  let directory: URL

  /// Path of the authority's own certificate.
  var certificate: String { path("ca.pem") }

  init() async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data().write(to: directory.appending(path: "index.txt"))
    try Data(Self.settings.utf8).write(to: directory.appending(path: "ca.cnf"))
    try await openssl(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
      "-subj", "/CN=Test Authority", "-keyout", "ca.key", "-out", "ca.pem")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Issues a certificate.
  /// - Parameters:
  ///   - names: its subjectAltName, as in `DNS:receiver.test,IP:127.0.0.1`.
  ///   - validity: first and last instant as `YYYYMMDDHHMMSSZ`.
  ///   - usage: its extendedKeyUsage.
  func identity(
    names: String, validity: (from: String, to: String) = ("20200101000000Z", "20990101000000Z"),
    usage: String = "serverAuth"
  ) async throws -> Identity {
    let name = UUID().uuidString
    let extensions = "[leaf]\nsubjectAltName=\(names)\nextendedKeyUsage=\(usage)\n"
    try Data(extensions.utf8).write(to: directory.appending(path: "\(name).ext"))
    try await openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=leaf",
      "-keyout", "\(name).key", "-out", "\(name).csr")
    try await openssl(
      "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-notext",
      "-startdate", validity.from, "-enddate", validity.to, "-extfile", "\(name).ext", "-extensions", "leaf",
      "-in", "\(name).csr", "-out", "\(name).pem")
    return identity("\(name).pem", "\(name).key")
  }

  /// A certificate that vouches for itself.
  func selfSigned(names: String) async throws -> Identity {
    try await openssl(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
      "-subj", "/CN=self", "-addext", "subjectAltName=\(names)", "-keyout", "self.key", "-out", "self.pem")
    return identity("self.pem", "self.key")
  }

  /// A certificate with a key below today's minimum.
  func weak(names: String) async throws -> Identity {
    try await openssl(
      "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-days", "30", "-subj", "/CN=weak",
      "-addext", "subjectAltName=\(names)", "-keyout", "weak.key", "-out", "weak.pem")
    return identity("weak.pem", "weak.key")
  }

  private func identity(_ certificate: String, _ privateKey: String) -> Identity {
    Identity(certificate: path(certificate), privateKey: path(privateKey), authority: self)
  }

  /// Where a file of that name lies in the authority's directory.
  func path(_ name: String) -> String { directory.appending(path: name).path }

  /// Runs the command without blocking a thread that other tests need.
  private func openssl(_ arguments: String...) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw Failure(command: arguments) }
  }

  struct Failure: Error { let command: [String] }

  private static let settings = """
    [ca]
    default_ca = authority
    [authority]
    database = index.txt
    new_certs_dir = .
    rand_serial = yes
    default_md = sha256
    unique_subject = no
    policy = any
    [any]
    commonName = supplied
    """
}
