import ArgumentParser
import Glibc
import HTTPClient
import SQLite
import Sockets
import Testing
import Transmitter

@testable import ssf_transmitter

@Suite struct ExitCodeErrorsTests {
  @Test(
    "every kind of failure has its own exit code",
    arguments: [
      (StateDirectoryError.notWritable("/x", EACCES), 73), (PrivateFileError.readableByOthers("/x"), 73),
      (LockFileError.held(path: "/x/lock", processID: 5), 75), (ClientError.timeout, 69),
      (StoreError.full, 74), (SchemaError.newer(found: 9, supported: 8), 65),
      (SchemaError.damaged(path: "/x", problem: "torn"), 65),
      (ImportFileError.nobody, 65), (ImportFileError.noID(record: 1, "id"), 65),
      (ConfigurationError.unknownKey("x", .initial, nearest: nil), 78),
    ] as [(any Error, Int32)])
  func codes(error: any Error, code: Int32) {
    #expect(ExitCode(for: error).rawValue == code)
  }

  @Test("an address in use is 75, any other that cannot be had is a fault of the configuration")
  func addressInUse() throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let inUse = try #require(throws: SocketError.self) { try ListeningSocket(on: listener.boundAddress) }
    #expect(ExitCode(for: inUse).rawValue == 75)
    let foreign = try #require(throws: SocketError.self) {
      try ListeningSocket(on: SocketAddress(parsing: "192.0.2.1:0"))
    }
    #expect(ExitCode(for: foreign).rawValue == 78)
  }

  @Test("what is an exit code already, or wrong usage, is let through")
  func letThrough() async {
    await #expect(throws: ExitCode.noPermission) {
      try await ExitCode.reporting { throw ExitCode.noPermission }
    }
    await #expect(throws: ValidationError.self) {
      try await ExitCode.reporting { throw ValidationError("usage") }
    }
  }
}
