import ArgumentParser
import HTTP
import HTTPClient
import JSON
import Transmitter

/// Options of every verb that talks to a running daemon.
struct AdminOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  @Option(help: "The admin listener's URL; by default what listen.json in the state directory says.")
  var adminURL: String?

  @Option(help: "A file with an access token; by default admin-token in the state directory.")
  var tokenFile: String?

  @Flag(help: "Print JSON.")
  var json = false

  func client(patience: Duration = .seconds(15)) throws -> AdminClient {
    let files = StateFiles(in: try configuration.settings()["state_directory"].json.stringValue ?? "")
    return AdminClient(
      base: try adminURL ?? Self.listenURL(files.listen), tokenFile: tokenFile ?? files.adminToken,
      http: try .anywhere(patience: patience))
  }

  private static func listenURL(_ path: String) throws -> String {
    guard let bytes = try? PrivateFile.read(path),
      let url = try? JSONValue(parsing: bytes)["admin"]?.stringValue
    else {
      Terminal.complain(
        "cannot read \(path): is the daemon running, with this state directory? "
          + "Say where with --set state_directory=… or --admin-url")
      throw ExitCode.unavailable
    }
    return url
  }
}

/// Calls the admin API of a running daemon.
struct AdminClient {
  private let base: String
  private let tokenFile: String
  private let http: HTTPClient

  init(base: String, tokenFile: String, http: HTTPClient) {
    self.base = base
    self.tokenFile = tokenFile
    self.http = http
  }

  struct Answer {
    let status: HTTPStatus
    let fields: HTTPFields
    let body: [UInt8]

    /// The `Content-Type`.
    var mediaType: String? { fields["Content-Type"] }

    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    /// What the daemon says about a refusal.
    var detail: String { json["detail"]?.stringValue ?? "the daemon answered \(status)" }

    /// How long to wait before the same call again; the daemon gives whole seconds.
    fileprivate var pause: Duration {
      .seconds(min(max(fields["Retry-After"].flatMap { Int64($0) } ?? 1, 1), 60))
    }
  }

  /// Makes a call that must succeed.
  ///
  /// - Throws: an exit code, after saying what the daemon or the network said.
  func call(
    _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, fields: HTTPFields = [:]
  ) async throws -> Answer {
    var fields = fields
    if body != nil { fields["Content-Type"] = "application/json" }
    let answer = try await send(method, path, body?.serialized() ?? [], fields)
    guard answer.status.isSuccess else { throw Self.refusal(answer) }
    return answer
  }

  /// Sends what somebody submits, and answers whatever comes back. Where the daemon limits how often that may be (429),
  /// the same goes out again when its time has come.
  func submit(_ path: String, _ body: [UInt8], _ fields: HTTPFields) async throws -> Answer {
    while true {
      let answer = try await send(.post, path, body, fields)
      guard answer.status == .tooManyRequests else { return answer }
      try await Task.sleep(for: answer.pause)
    }
  }

  /// Makes a call and answers whatever comes back.
  func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8], _ fields: HTTPFields, authorized: Bool = true
  ) async throws -> Answer {
    var fields = fields
    if authorized { fields["Authorization"] = "Bearer \(try token())" }
    do {
      let url = try HTTPURL(parsing: base + path)
      let response = try await http.send(ClientRequest(method: method, url: url, fields: fields, body: body))
      return Answer(status: response.status, fields: response.fields, body: response.body)
    } catch {
      Terminal.complain("no answer from \(base): \(error); is the daemon running?")
      throw ExitCode.unavailable
    }
  }

  private func token() throws -> String {
    do {
      let text = String(decoding: try PrivateFile.read(tokenFile), as: UTF8.self)
      return String(text.prefix { !$0.isNewline })
    } catch {
      Terminal.complain("\(error); say where the token is with --token-file")
      throw ExitCode.noPermission
    }
  }

  static func refusal(_ answer: Answer) -> ExitCode {
    Terminal.complain(answer.detail)
    return [401, 403].contains(answer.status.code) ? .noPermission : .failure
  }
}

extension String {
  /// As one segment of a path.
  var pathSegment: String {
    utf8.map { byte in
      let isPlain =
        byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
      if isPlain || "-._~".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
