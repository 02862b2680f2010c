extension Environment {
  /// How long who can wait does, when the store has failed for a time.
  static let pauseOnFault = Duration.seconds(10)

  /// Does `work` again and again until the task is cancelled, each time after the wait that the time before answered.
  /// A fault of the store that passes ends nothing: what is left is tried again soon.
  ///
  /// - Throws: what else `work` throws.
  func repeatedly(_ work: () async throws -> Duration) async throws {
    while !Task.isCancelled {
      let wait = try await outlastingFaults(work)
      guard (try? await sleep(wait)) != nil else { return }
    }
  }

  private func outlastingFaults(_ work: () async throws -> Duration) async throws -> Duration {
    do {
      return try await work()
    } catch let error as StoreError where error.isPassing {
      return Self.pauseOnFault
    }
  }
}
