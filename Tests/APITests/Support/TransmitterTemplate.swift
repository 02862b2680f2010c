import Foundation
import TestSupport
import Transmitter

/// A database with a signing key in it, made once: making an RSA key for every test would take most of their
/// time.
struct TransmitterTemplate: Sendable {
  static let shared = TransmitterTemplate()

  private let content = Task {
    let directory = try TemporaryDirectory()
    let database = directory.file("transmitter.sqlite")
    let store = try Store(path: database)
    _ = try await KeyRing(store: store, sealer: sealer(), environment: .testing(clock: TestClock()))
    try await store.close()
    return try Data(contentsOf: URL(filePath: database))
  }

  func write(to path: String) async throws {
    try await content.value.write(to: URL(filePath: path))
  }

  static func sealer() throws -> Sealer {
    try Sealer(keyEncryptionKey: [UInt8](repeating: 7, count: 32))
  }
}
