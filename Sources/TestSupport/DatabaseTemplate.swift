import Transmitter

/// A database as the first start leaves it, made once: making RSA keys for every test would take most of their time.
package struct DatabaseTemplate: Sendable {
  package static let shared = DatabaseTemplate()

  /// Seals what is in it.
  package static let keyEncryptionKey = [UInt8](repeating: 7, count: 32)

  private let content = Task {
    let directory = try TemporaryDirectory()
    let path = directory.file("transmitter.sqlite")
    let store = try Store(path: path)
    let sealer = try Sealer(keyEncryptionKey: keyEncryptionKey)
    _ = try await KeyRing(store: store, sealer: sealer, environment: .testing(clock: TestClock()))
    try await store.close()
    return try directory.contents(of: "transmitter.sqlite")
  }

  /// Makes a copy at `path`, unless there is a file.
  package func write(to path: String) async throws {
    guard !PrivateFile.exists(path) else { return }
    try await PrivateFile.create(path, content.value)
  }
}
