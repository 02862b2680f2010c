import ArgumentParser
import Glibc
import JSON
import POSIX

/// What a command says: results to standard output, errors to standard error. Whatever others have written into it, it
/// does not steer the terminal.
enum Terminal {
  /// Says something of one line or several.
  static func say(_ text: String) { write(text.escapingControlsInLines + "\n", to: STDOUT_FILENO) }

  /// Says what is wrong, in one line.
  static func complain(_ text: String) {
    write("ssf-transmitter: \(text.escapingControls)\n", to: STDERR_FILENO)
  }

  static func isTerminal(_ file: Int32) -> Bool { isatty(file) == 1 }

  /// Writes all of it; a reader that has gone away is no error of ours.
  static func write(_ text: String, to file: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(file, rest.baseAddress, rest.count)
        if count < 0, errno != EINTR { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(count, 0)))
      }
    }
  }

  /// Standard input, to its end.
  static func readInput() throws(SystemError) -> [UInt8] { try readToEnd(of: STDIN_FILENO) }

  /// Rows under a heading, in columns. What others have written cannot leave its cell.
  static func table(_ heading: [String], _ rows: [[String]]) -> String {
    let all = [heading] + rows.map { $0.map(\.escapingControls) }
    let widths = heading.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
        .joined(separator: "  ").trimmingTrailingSpaces()
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
