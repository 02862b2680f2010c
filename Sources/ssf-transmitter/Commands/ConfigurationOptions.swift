import ArgumentParser
import Glibc
import POSIX

/// The options of every verb that reads the configuration.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: "The configuration file (JSON; comments allowed). Also SSF_CONFIG.")
  var config: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("Overrides one key.", valueName: "key=value"))
  var overrides: [String] = []

  /// Reads file, environment and flags.
  ///
  /// - Throws: `ConfigurationError`, or `ValidationError` for a flag that is none.
  func read() throws -> Settings {
    let environment = Self.environment()
    let path = config ?? environment["SSF_CONFIG"]
    return try Settings(file: path.map(Self.read), environment: environment, flags: flags())
  }

  /// Reads file, environment and flags.
  ///
  /// - Throws: exit code 78 after saying what is wrong.
  func settings() throws -> Settings {
    try Self.reporting { try read() }
  }

  func configuration() throws -> Configuration {
    try configuration(of: settings())
  }

  /// - Throws: exit code 78 after saying what is wrong.
  func configuration(of settings: Settings) throws -> Configuration {
    try Self.reporting { try Configuration(settings) }
  }

  private static func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as ConfigurationError {
      Terminal.complain(error.description)
      throw ExitCode.configuration
    }
  }

  private func flags() throws -> [String: String] {
    var flags: [String: String] = [:]
    for text in overrides {
      guard let mark = text.firstIndex(of: "=") else {
        throw ValidationError("--set wants key=value, such as --set public.listen=127.0.0.1:9000")
      }
      flags[String(text[..<mark])] = String(text[text.index(after: mark)...])
    }
    return flags
  }

  private static func read(_ path: String) throws(ConfigurationError) -> (path: String, bytes: [UInt8]) {
    do throws(SystemError) {
      return (path, try readToEnd(ofFileAt: path))
    } catch {
      throw .unreadable(file: path, error)
    }
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return variables
  }
}
