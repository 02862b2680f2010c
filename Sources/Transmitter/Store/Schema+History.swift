extension Schema {
  // The streams that are to be forgotten when nothing is left of them.
  static let history = "CREATE INDEX stream_deleted ON stream (deleted_ms) WHERE deleted_ms IS NOT NULL;"
}
