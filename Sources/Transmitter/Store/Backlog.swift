/// Callers' transactions that wait for their commit, and who may wait. Pure.
struct Backlog: Sendable {
  /// How the database is.
  enum Condition: Sendable {
    case sound
    /// The disk is full: the ballast is given up, and what accepts nothing new may use it.
    case full
    /// The file or the disk failed: nothing may be written any more.
    case failed(StoreError)
  }

  /// What becomes of a transaction that is handed in.
  enum Admission {
    /// Nobody was waiting: a commit has to be scheduled.
    case first
    case queued
    case refused(StoreError)
  }

  private(set) var items: [WorkItem] = []
  private(set) var condition = Condition.sound

  /// Why nothing new is accepted; nil if it is.
  var refusal: StoreError? {
    switch condition {
    case .sound: nil
    case .full: .full
    case .failed(let error): error
    }
  }

  /// Why nothing can be done any more.
  var failure: StoreError? {
    if case .failed(let error) = condition { error } else { nil }
  }

  mutating func admit(_ item: WorkItem) -> Admission {
    if let refusal = refusal(of: item) { return .refused(refusal) }
    items.append(item)
    return items.count == 1 ? .first : .queued
  }

  /// The next to be committed, which stay in the queue meanwhile, and those that were admitted in better times.
  mutating func next(atMost count: Int) -> (admitted: [WorkItem], refused: [WorkItem]) {
    let refused = items.filter { refusal(of: $0) != nil }
    if !refused.isEmpty { items = items.filter { refusal(of: $0) == nil } }
    return (Array(items.prefix(count)), refused)
  }

  /// Removes the first, which are committed; answers whether others wait.
  mutating func remove(_ count: Int) -> Bool {
    items.removeFirst(count)
    return !items.isEmpty
  }

  /// Answers false if the disk is known to be full, or worse.
  mutating func fillUp() -> Bool {
    guard case .sound = condition else { return false }
    condition = .full
    return true
  }

  mutating func recover() {
    if case .full = condition { condition = .sound }
  }

  /// Answers false if it has failed already.
  mutating func fail(_ error: StoreError) -> Bool {
    if case .failed = condition { return false }
    condition = .failed(error)
    return true
  }

  private func refusal(of item: WorkItem) -> StoreError? {
    if case .full = condition, item.mayUseBallast { return nil }
    return refusal
  }
}
