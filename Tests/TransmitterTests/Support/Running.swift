/// Has `work` go on while `body` runs, ends it however `body` came out, and waits for its end.
///
/// - Parameter stop: has `work` return.
func running(
  _ work: @escaping @Sendable () async throws -> Void, until stop: () -> Void, _ body: () async throws -> Void
) async throws {
  let working = Task { try await work() }
  let result = await Result { try await body() }
  stop()
  try await working.value
  try result.get()
}
