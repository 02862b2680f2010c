/// The text of a statement as a key. Texts are constants whose lengths tell most of them apart: to hash each whole, for
/// each use, takes more time than to compare the one or two of a length.
struct StatementText: Hashable {
  let sql: String

  func hash(into hasher: inout Hasher) {
    hasher.combine(sql.utf8.count)
  }
}
