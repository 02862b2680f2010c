import Glibc

/// What this process takes of the machine, at one moment.
package struct ProcessFigures: Sendable {
  /// User and system time of all threads.
  package let processorSeconds: Double
  package let residentBytes: Int
  package let virtualBytes: Int
  package let openFiles: Int
  package let mostFiles: Int
  package let threads: Int
}

extension ProcessFigures {
  /// Asks the kernel.
  ///
  /// - Throws: `SystemError` where `/proc` cannot be read.
  package static func current() throws(SystemError) -> ProcessFigures {
    let pages = try numbers(inFileAt: "/proc/self/statm")
    guard pages.count > 1 else { throw SystemError(ENODATA) }
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return ProcessFigures(
      processorSeconds: processorTime, residentBytes: pages[1] * pageSize, virtualBytes: pages[0] * pageSize,
      // The directory itself is open while it is counted.
      openFiles: try count(in: "/proc/self/fd") - 1, mostFiles: fileLimit(),
      threads: try count(in: "/proc/self/task"))
  }

  private static var processorTime: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }

  private static func numbers(inFileAt path: String) throws(SystemError) -> [Int] {
    String(decoding: try readToEnd(ofFileAt: path), as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
  }

  /// The entries of a directory.
  private static func count(in path: String) throws(SystemError) -> Int {
    guard let directory = opendir(path) else { throw .last }
    defer { closedir(directory) }
    var count = 0
    while let entry = try nextEntry(of: directory) {
      let name = entry.pointer(to: \.d_name).map { UnsafeRawPointer($0).load(as: UInt8.self) }
      if name != UInt8(ascii: ".") { count += 1 }
    }
    return count
  }

  /// Nil at the end of the directory, which is told from a failure by `errno` alone.
  private static func nextEntry(of directory: OpaquePointer) throws(SystemError)
    -> UnsafeMutablePointer<dirent>?
  {
    errno = 0
    let entry = readdir(directory)
    guard entry != nil || errno == 0 else { throw .last }
    return entry
  }
}
