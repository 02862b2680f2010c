/// Why an operation on a delivery is refused.
package enum ArchiveError: Error, CustomStringConvertible {
  case noSuchDelivery(String)

  package var description: String {
    switch self {
    case .noSuchDelivery(let jti):
      "there is no delivery with the jti \(jti): it never was, or is older than the history that is kept"
    }
  }
}
