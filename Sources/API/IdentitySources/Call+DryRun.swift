extension Call {
  /// Whether the caller only wants to know what would happen. A mistyped wish must not start anything.
  var isDryRun: Bool {
    get throws(APIError) { try RequestQuery(self, allowing: ["dry_run"]).flag("dry_run") }
  }
}
