import Glibc

/// Everything that a descriptor has still to give.
package func readToEnd(of descriptor: Int32) throws(SystemError) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = try readSome(of: descriptor, into: &chunk)
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// The next bytes that a descriptor gives, as many as fit; answers how many, 0 at the end.
package func readSome(of descriptor: Int32, into buffer: inout [UInt8]) throws(SystemError) -> Int {
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw .last }
    return count
  }
}

/// Everything that a file holds.
package func readToEnd(ofFileAt path: String) throws(SystemError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .last }
  defer { close(descriptor) }
  return try readToEnd(of: descriptor)
}
