import JSON
import POSIX

/// Why a configuration cannot be used. Every text says where the value came from and what to do.
enum ConfigurationError: Error, CustomStringConvertible {
  case unreadable(file: String, SystemError)
  case syntax(file: String, JSONSyntaxError)
  case unknownKey(String, ValueSource, nearest: String?)
  case wrongValue(String, ValueSource, expected: String)

  var description: String {
    switch self {
    case .unreadable(let file, let reason): "cannot read \(file): \(reason)"
    case .syntax(let file, let error): "\(file): \(error)"
    case .unknownKey(let key, let source, let nearest):
      "\(source): there is no key '\(key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .wrongValue(let key, let source, let expected): "\(source): \(key) must be \(expected)"
    }
  }
}

/// Where a value came from.
enum ValueSource: Sendable, Hashable, CustomStringConvertible {
  case initial
  case file(String, JSONPosition?)
  case environment(String)
  case flag(String)

  var description: String {
    switch self {
    case .initial: "default"
    case .file(let path, let position?): "\(path), \(position)"
    case .file(let path, nil): path
    case .environment(let name): "environment variable \(name)"
    case .flag(let name): "flag \(name)"
    }
  }
}
