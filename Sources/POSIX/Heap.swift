import CMalloc

/// The memory that the process needed once and keeps, because asking the system anew would cost time.
package enum Heap {
  /// Gives back what is free, for moments at which much is. Takes a millisecond for each few megabytes of it.
  ///
  /// Source: malloc_trim(3).
  package static func trim() { malloc_trim(0) }
}
