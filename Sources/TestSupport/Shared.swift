import Synchronization

/// A value that the tasks of a test share.
package final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  package init(_ value: Value) {
    mutex = Mutex(value)
  }

  package var value: Value {
    get { mutex.withLock { $0 } }
    set { mutex.withLock { $0 = newValue } }
  }

  @discardableResult
  package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    mutex.withLock { body(&$0) }
  }
}

extension Shared where Value == Int {
  /// Adds one; answers the sum.
  package func increment() -> Int {
    withLock { value in
      value += 1
      return value
    }
  }
}
