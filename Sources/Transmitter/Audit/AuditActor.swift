/// Who makes changes, as the audit log names them.
///
/// The actor belongs to the running task: whoever serves a request sets ``current`` for its duration, and every
/// transaction that is asked for meanwhile takes it along. Where nobody is set, the transmitter itself acts.
package struct AuditActor: Sendable {
  @TaskLocal package static var current = AuditActor.transmitter

  /// The transmitter, by itself: at a start, or when a time has come.
  package static let transmitter = AuditActor(name: "transmitter")
  /// Somebody on the transmitter's own machine who works on its files, without a request.
  package static let local = AuditActor(name: "local")

  let name: String
  let address: String?
  let requestID: RequestID?
  /// What bounds its changes; nil where nothing does.
  let allowance: AuditAllowance?

  private init(
    name: String, address: String? = nil, requestID: RequestID? = nil, allowance: AuditAllowance? = nil
  ) {
    self.name = name
    self.address = address
    self.requestID = requestID
    self.allowance = allowance
  }

  /// Whoever sent a request.
  ///
  /// - Parameters:
  ///   - client: the client it was authenticated as; nil for somebody unknown.
  ///   - address: where the request came from, as text.
  ///   - allowance: what bounds its changes; nil where nothing does.
  package init(client: String?, address: String, requestID: RequestID, allowance: AuditAllowance? = nil) {
    let name = client.map { "client/\($0)" } ?? "anyone"
    self.init(name: name, address: address, requestID: requestID, allowance: allowance)
  }
}
