import Glibc

/// Space set aside on the disk that holds the database, and given up when that is full: what was accepted already
/// can then still be settled, and deletions need space too.
package struct Ballast: Sendable {
  package let path: String
  /// As much as the log of the database may grow to between two checkpoints, or more.
  package let bytes: Int

  package init(path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
  }

  /// Sets the space aside, where it is not. Answers false while the disk has too little.
  ///
  /// Twice the size has to be there for a moment: with less, the next events would fill the disk again at once.
  func fill() throws(PrivateFileError) -> Bool {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .cannotOpen(path, errno) }
    defer { close(file) }
    if try isFull(file) { return true }
    let code = posix_fallocate(file, 0, off_t(2 * bytes))
    // What a failed attempt got hold of is given back.
    try cut(file, to: code == 0 ? bytes : 0)
    switch code {
    case 0: return true
    case ENOSPC, EDQUOT, EINTR: return false
    default: throw .cannotWrite(path, code)
    }
  }

  /// Gives the space back to the disk.
  func release() throws(PrivateFileError) {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .cannotOpen(path, errno) }
    defer { close(file) }
    try cut(file, to: 0)
  }

  private func isFull(_ file: Int32) throws(PrivateFileError) -> Bool {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .cannotOpen(path, errno) }
    // Blocks are counted in units of 512 bytes; a file with holes has fewer than its length says.
    return status.st_size == bytes && Int(status.st_blocks) * 512 >= bytes
  }

  private func cut(_ file: Int32, to length: Int) throws(PrivateFileError) {
    guard ftruncate(file, off_t(length)) == 0 else { throw .cannotWrite(path, errno) }
  }
}
