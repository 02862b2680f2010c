extension Schema {
  // What made the transmitter tell of an event, as JSON; NULL for one that a producer submitted.
  static let eventOrigin = "ALTER TABLE event ADD COLUMN origin TEXT;"
}
