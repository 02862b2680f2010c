extension Sequence<String> {
  /// The name that a mistyped one was most likely meant to be, if one is near enough to be worth proposing:
  /// a name that it begins (or that begins it), or one with few letters changed. Case does not count.
  package func nearest(to typed: String) -> String? {
    let typed = Array(typed.lowercased().utf8)
    let candidates = compactMap { name in
      distance(from: typed, to: Array(name.lowercased().utf8)).map { (name: name, distance: $0) }
    }
    return candidates.min { $0.distance < $1.distance }?.name
  }
}

private let shortestTellingPrefix = 4

/// How far the two are apart; nil if too far to have been confused.
private func distance(from typed: [UInt8], to name: [UInt8]) -> Int? {
  let sharesBeginning = typed.starts(with: name) || name.starts(with: typed)
  if sharesBeginning, min(typed.count, name.count) >= shortestTellingPrefix { return 1 }
  // Bounds the work: a stranger's text may be long.
  guard typed.count <= 2 * name.count else { return nil }
  let distance = editDistance(from: typed, to: name)
  return distance <= typed.count / 4 ? distance : nil
}

/// Levenshtein's distance, over one row of his table.
private func editDistance(from typed: [UInt8], to name: [UInt8]) -> Int {
  var row = Array(0...name.count)
  for (typedIndex, typedByte) in typed.enumerated() {
    var diagonal = row[0]
    row[0] = typedIndex + 1
    for (nameIndex, nameByte) in name.enumerated() {
      let substituted = diagonal + (typedByte == nameByte ? 0 : 1)
      diagonal = row[nameIndex + 1]
      row[nameIndex + 1] = min(substituted, diagonal + 1, row[nameIndex] + 1)
    }
  }
  return row[name.count]
}
