/// What befalls the database, beyond what its callers are told.
enum StoreIncident: Sendable {
  /// The disk is full; the ballast was given up.
  case full
  /// Nothing is written any more.
  case failed(StoreError)
}
