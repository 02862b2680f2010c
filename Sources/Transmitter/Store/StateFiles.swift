/// Where things are in a state directory.
package struct StateFiles: Sendable {
  let directory: String

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
  /// There while a restore has not come to its end; nothing may start on the directory then.
  var unfinishedRestore: String { directory + "/restore-unfinished" }
  /// There from a restore to the start after it.
  var finishedRestore: String { directory + "/restore-finished" }
  var lock: String { directory + "/lock" }
}
