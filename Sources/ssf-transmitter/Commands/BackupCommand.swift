import ArgumentParser
import Glibc
import HTTP
import JSON

/// `backup`: a copy of the running daemon's database.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Have the running daemon write a backup of its database.",
    discussion: """
      The daemon writes the file, on its own machine and with its own rights, while it goes on working; then it checks \
      the file through and through. The backup holds all that was acknowledged before it began. Secrets in it are \
      sealed: keep the file key-encryption-key of the state directory too, and elsewhere.
      """)

  /// A copy is made as fast as the disk is.
  private static let patience = Duration.seconds(4 * 3600)

  @OptionGroup var options: AdminOptions
  @Argument(help: "The file, not in the state directory.") var file: String
  @Flag(help: "Replace a backup that is there.") var force = false

  func run() async throws {
    let answer = try await options.client(patience: Self.patience).call(
      .post, "/v1/backup", ["path": .string(Self.absolute(file)), "force": .bool(force)]
    ).json
    Terminal.say(options.json ? answer.text(.pretty) : Self.text(answer))
  }

  private static func text(_ answer: JSONValue) -> String {
    "\(answer.column("path")): \(answer.column("bytes")) bytes, all that was acknowledged before "
      + "\(answer.column("begun")); a restore needs the key-encryption key \(answer.column("key_encryption_key"))"
  }

  /// The daemon has another working directory.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return String(cString: directory) + "/" + path
  }
}
