import OpenSSL

/// Where a stream's SETs go, and as whom. What was learnt of a receiver on one route says nothing of another.
struct PushRoute: Hashable, Sendable {
  let target: PushTarget
  /// What is shown to a receiver that asks for a client certificate.
  let identity: TLSClientIdentity?
}
