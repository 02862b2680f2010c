extension Result where Failure == any Error {
  /// What an asynchronous operation came to.
  init(_ operation: () async throws -> Success) async {
    do { self = .success(try await operation()) } catch { self = .failure(error) }
  }
}

extension Result {
  /// The text of the failure; nil for a success.
  var failureText: String? {
    if case .failure(let error) = self { "\(error)" } else { nil }
  }
}
