import Glibc

/// An IP address with a TCP port.
package struct SocketAddress: Hashable, Sendable {
  package let ip: IPAddress
  package let port: UInt16

  /// No address in particular: `0.0.0.0:0`.
  package static let unspecified = SocketAddress(ip: IPAddress(v4: INADDR_ANY), port: 0)

  package init(ip: IPAddress, port: UInt16) {
    self.ip = ip
    self.port = port
  }

  /// Reads `127.0.0.1:8080`, `[::1]:8080`, or `*:8080` for every IPv4 interface. Names are not looked up.
  package init(parsing text: String) throws(AddressError) {
    guard let colon = text.lastIndex(of: ":"),
      let port = Int(decimal: text[text.index(after: colon)...], through: 0xffff),
      let ip = Self.host(String(text[..<colon]))
    else { throw .notASocketAddress(text) }
    self.init(ip: ip, port: UInt16(port))
  }

  private static func host(_ text: String) -> IPAddress? {
    if text == "*" { return IPAddress(v4: INADDR_ANY) }
    guard text.hasPrefix("["), text.hasSuffix("]") else {
      return IPAddress(text).flatMap { $0.family == .v4 ? $0 : nil }
    }
    return IPAddress(String(text.dropFirst().dropLast())).flatMap { $0.family == .v6 ? $0 : nil }
  }
}

extension SocketAddress: CustomStringConvertible {
  package var description: String {
    ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
  }
}

// MARK: - The kernel's form

extension SocketAddress {
  /// Copies what the kernel or the resolver wrote; nil for a family other than IPv4 and IPv6.
  init?(_ storage: sockaddr_storage) {
    switch CInt(storage.ss_family) {
    case AF_INET:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
      self.init(
        ip: IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)),
        port: UInt16(bigEndian: address.sin_port))
    case AF_INET6:
      let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
      self.init(ip: IPAddress(address.sin6_addr), port: UInt16(bigEndian: address.sin6_port))
    default:
      return nil
    }
  }

  /// The address family for `socket(2)`.
  var family: CInt { ip.family == .v4 ? AF_INET : AF_INET6 }

  /// Lends the address in the form that `bind` and `connect` take.
  func withKernelForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch ip.family {
    case .v4: withUnsafePointer(to: v4Form) { lend($0, to: body) }
    case .v6: withUnsafePointer(to: v6Form) { lend($0, to: body) }
    }
  }

  private func lend<Form, Result>(
    _ form: UnsafePointer<Form>, to body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    form.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Form>.size)) }
  }

  private var v4Form: sockaddr_in {
    var form = sockaddr_in()
    form.sin_family = sa_family_t(AF_INET)
    form.sin_port = port.bigEndian
    form.sin_addr.s_addr = UInt32(truncatingIfNeeded: ip.value).bigEndian
    return form
  }

  private var v6Form: sockaddr_in6 {
    var form = sockaddr_in6()
    form.sin6_family = sa_family_t(AF_INET6)
    form.sin6_port = port.bigEndian
    withUnsafeMutableBytes(of: &form.sin6_addr) { $0.storeBytes(of: ip.value.bigEndian, as: UInt128.self) }
    return form
  }

  /// Runs a call that writes an address (`accept`, `getsockname`) and returns its result beside the address.
  static func filled(
    by call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> CInt
  ) -> (result: CInt, address: SocketAddress?) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
    }
    return (result, SocketAddress(storage))
  }
}
