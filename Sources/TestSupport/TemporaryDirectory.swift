import Glibc

/// A directory of its own for one test (mode 0700), removed with the value.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/ssf-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError(path: parent, code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.remove(path)
  }

  /// The path of an entry of this name, whether or not there is one.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// What is in the file of this name.
  package func contents(of name: String) throws -> [UInt8] {
    try Self.contents(of: file(name))
  }

  /// The names of the files directly in the directory that hold the text anywhere.
  package func files(holding text: String) throws -> [String] {
    let wanted = Array(text.utf8)
    return try Self.entries(of: path).filter { try Self.contents(of: file($0)).holds(wanted) }.sorted()
  }

  private static func remove(_ path: String) {
    guard unlink(path) != 0 else { return }
    for entry in entries(of: path) { remove("\(path)/\(entry)") }
    rmdir(path)
  }

  private static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func contents(of path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError(path: path, code: errno) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else { throw FileError(path: path, code: errno) }
    return Array(bytes.prefix(count))
  }
}

/// A file operation of a test's own that failed.
private struct FileError: Error, CustomStringConvertible {
  let path: String
  let code: Int32

  var description: String { "\(path): \(String(cString: strerror(code)))" }
}

extension [UInt8] {
  fileprivate func holds(_ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first else { return true }
    return indices.dropLast(wanted.count - 1).contains { index in
      self[index] == first && self[index..<index + wanted.count].elementsEqual(wanted)
    }
  }
}
