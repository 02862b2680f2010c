import ArgumentParser
import Glibc
import HTTP
import HTTPClient
import HTTPServer
import Logging
import Sockets

/// `receive`: a small push receiver (RFC 8935) for trying out a transmitter.
struct ReceiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive", abstract: "Receive, verify and print SETs.",
    discussion: "Answers POST on every path. Prints one JSON object for each verified SET.")

  @Option(help: "The port to listen on, on 127.0.0.1.") var port: UInt16 = 9090
  @Option(help: "The transmitter's issuer; its discovery document and keys are fetched from there.")
  var issuer: String
  @Option(help: "The aud that SETs must have; any if left out.") var audience: String?
  @Option(help: "The Authorization header that SETs must come with; any if left out.")
  var authorizationHeader: String?

  func run() async throws {
    try await ExitCode.reporting(receive)
  }

  private func receive() async throws {
    ignoreSIGPIPE()
    let signals = Signals(SIGTERM, SIGINT)
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:\(port)"))
    let verifier = try await TokenVerifier.discover(
      issuer: issuer, audience: audience, http: .anywhere())
    let endpoint = ReceiverEndpoint(verifier: verifier, authorizationHeader: authorizationHeader)
    let server = HTTPServer(
      label: "receiver", listener: listener, limits: ServerLimits(), allowedHosts: nil,
      handler: endpoint.handler, logger: Logger(label: "receive") { _ in LineLogHandler(format: .logfmt) })
    Terminal.complain("receiving SETs of \(issuer) at http://\(listener.boundAddress)/")
    let ending = Task {
      for await _ in signals.arrivals { server.drain() }
    }
    defer { ending.cancel() }
    try await server.run()
  }
}
