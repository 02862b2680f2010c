import Glibc
import POSIX

/// Asks the system's resolver (`getaddrinfo`: hosts file, DNS, whatever is set up) and blocks until it
/// answers.
func systemLookup(_ host: String) -> Result<[IPAddress], ResolverError> {
  var hints = addrinfo()
  hints.ai_family = AF_UNSPEC
  hints.ai_socktype = CInt(bitPattern: SOCK_STREAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  let code = getaddrinfo(host, nil, &hints, &list)
  guard code == 0 else { return .failure(lookupError(code, errno, host)) }
  defer { freeaddrinfo(list) }
  return .success(addresses(in: list))
}

private func addresses(in list: UnsafeMutablePointer<addrinfo>?) -> [IPAddress] {
  sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
    guard let entry, let address = entry.pointee.ai_addr else { return nil }
    return SocketAddress(copying: address, length: Int(entry.pointee.ai_addrlen))?.ip
  }
}

extension SocketAddress {
  fileprivate init?(copying address: UnsafePointer<sockaddr>, length: Int) {
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: min(length, $0.count)))
    }
    self.init(storage)
  }
}

/// `EAI_NODATA` is a GNU extension that the module does not show.
private let noData: CInt = -5

private func lookupError(_ code: CInt, _ systemCode: CInt, _ host: String) -> ResolverError {
  switch code {
  case EAI_NONAME, noData: .notFound(host: host)
  case EAI_AGAIN: .temporaryFailure(host: host)
  case EAI_SYSTEM: .failed(host: host, reason: "\(SystemError(systemCode))")
  default: .failed(host: host, reason: String(cString: gai_strerror(code)))
  }
}
