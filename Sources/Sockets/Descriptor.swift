import Glibc

/// Owns one file descriptor: it is closed when the last reference to this object goes.
final class Descriptor: Sendable {
  let number: CInt

  init(owning number: CInt) {
    self.number = number
  }

  deinit {
    close(number)
  }
}

extension Descriptor {
  /// A new non-blocking TCP socket that child processes do not inherit.
  static func stream(for address: SocketAddress) throws(SocketError) -> Descriptor {
    let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let number = socket(address.family, CInt(bitPattern: type), 0)
    guard number >= 0 else { throw .current(.open, address) }
    return Descriptor(owning: number)
  }

  /// Takes over what `accept` returned; the listener's options are inherited, its file flags are not.
  static func accepted(_ number: CInt) throws(SocketError) -> Descriptor {
    let descriptor = Descriptor(owning: number)
    guard fcntl(number, F_SETFL, O_NONBLOCK) == 0, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
      throw .current(.option)
    }
    return descriptor
  }

  func setOption(level: CInt, _ option: CInt, to value: CInt) throws(SocketError) {
    var value = value
    guard setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
      throw .current(.option)
    }
  }

  /// What is sent leaves at once: heads and bodies go out in one call, so there is nothing to coalesce.
  func disableDelay() throws(SocketError) {
    try setOption(level: CInt(IPPROTO_TCP), TCP_NODELAY, to: 1)
  }

  func localAddress() throws(SocketError) -> SocketAddress {
    let (result, address) = SocketAddress.filled { getsockname(number, $0, &$1) }
    guard result == 0 else { throw .current(.address) }
    guard let address else { throw SocketError(.address, .system(EAFNOSUPPORT)) }
    return address
  }
}
