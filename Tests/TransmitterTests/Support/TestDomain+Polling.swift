import SharedSignals
import TestSupport

@testable import Transmitter

extension TestDomain {
  /// A stream that its receiver polls.
  func makePolledStream(
    events: [EventType]? = nil, for principal: Principal = receiver
  ) async throws -> Stream {
    try await ensureClient(of: principal)
    return try await registry.create(
      ReceiverSettings(
        delivery: .poll(DeliveryMethodURI(.poll)), eventsRequested: events?.map(\.rawValue)),
      for: principal)
  }

  /// What a poll would be given, however much it is.
  func waiting(in stream: Stream) async throws -> [PendingDelivery] {
    try await store.read { [clock] database in
      try database.pollPage(
        of: stream, issuer: Self.issuer, atMost: 1000, bytes: .max, farewellsSince: clock.now
      ).deliveries
    }
  }

  func makeDesk(limits: PollDesk.Limits = PollDesk.Limits()) async throws -> PollDesk {
    PollDesk(
      store: store, registry: registry,
      keys: try await KeyRing(store: store, sealer: sealer, environment: environment),
      signing: SigningPool(width: 2), doorbell: doorbell, machine: world.machine, limits: limits,
      clock: steadyClock, issuer: Self.issuer, environment: environment)
  }
}

extension PollDesk {
  /// A poll of the test receiver's stream that does not wait.
  func look(
    at stream: Stream, maximum: Int? = nil, acknowledging acknowledged: [String] = [],
    rejecting rejected: [String: SETErrorReport?] = [:]
  ) async throws -> PollAnswer {
    try await serve(
      PollRequest(
        maximum: maximum, returnsImmediately: true, acknowledged: acknowledged, rejected: rejected),
      stream: stream.id, of: TestDomain.owner)
  }

  /// A poll that waits, under way while the test goes on.
  func waiting(at stream: Stream, maximum: Int? = nil) -> Task<PollAnswer, any Error> {
    Task { try await serve(PollRequest(maximum: maximum), stream: stream.id, of: TestDomain.owner) }
  }
}

extension PollAnswer {
  var tokenIDs: [String] { tokens.map(\.jti) }
}

extension [AcceptedEvent] {
  /// The `jti` of each event's delivery to a stream, in the order of acceptance.
  func tokenIDs(for stream: Stream) -> [String] {
    flatMap(\.deliveries).filter { $0.streamID == stream.id }.map(\.jti)
  }
}
