import Sockets
import Testing

@Suite struct SocketAddressTests {
  @Test(
    "an address with a port is read and written back",
    arguments: [
      ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:8080", "[::1]:8080"), ("*:8080", "0.0.0.0:8080"),
      ("0.0.0.0:0", "0.0.0.0:0"), ("[::]:65535", "[::]:65535"),
    ])
  func reading(text: String, canonical: String) throws {
    #expect(try SocketAddress(parsing: text).description == canonical)
  }

  @Test(
    "anything else is refused with an example",
    arguments: [
      "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:080",
      "::1:8080", "[127.0.0.1]:80", "[::1]", "localhost:80", "[*]:80",
    ])
  func refusal(text: String) {
    let error = #expect(throws: AddressError.notASocketAddress(text)) { try SocketAddress(parsing: text) }
    #expect(error?.description.contains("127.0.0.1:8080") == true)
  }
}
