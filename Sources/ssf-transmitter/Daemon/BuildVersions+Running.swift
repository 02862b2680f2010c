import API
import Logging
import OpenSSL
import SQLite

extension BuildVersions {
  /// Those of this process.
  static let running = BuildVersions(
    transmitter: VersionCommand.version, sqlite: sqliteVersion, openssl: opensslVersionText)

  /// For the log: what a fault report begins with.
  var metadata: Logger.Metadata {
    ["version": "\(transmitter)", "sqlite": "\(sqlite)", "openssl": "\(openssl)"]
  }
}
