/// Where things are in a state directory.
package struct StateFiles: Sendable {
  private let directory: String

  package init(in directory: String) {
    self.directory = directory
  }

  package var database: String { directory + "/transmitter.sqlite" }
  package var keyEncryptionKey: String { directory + "/key-encryption-key" }
  /// The token that the first start makes.
  package var adminToken: String { directory + "/admin-token" }
  /// The addresses that the running daemon is bound to, as JSON.
  package var listen: String { directory + "/listen.json" }
  /// What is given up when the disk is full.
  package var ballast: String { directory + "/ballast" }
  var lock: String { directory + "/lock" }
}
