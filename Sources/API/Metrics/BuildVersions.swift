/// What runs: the transmitter, and the libraries that it found on the machine.
package struct BuildVersions: Sendable {
  package let transmitter: String
  package let sqlite: String
  package let openssl: String

  package init(transmitter: String, sqlite: String, openssl: String) {
    self.transmitter = transmitter
    self.sqlite = sqlite
    self.openssl = openssl
  }
}
