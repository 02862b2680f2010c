import JSON

/// Feeds the parser whatever the fuzzer makes up. What parses must be the same value again in every style; what
/// is strict must be the same value where comments are allowed, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let strict = try? JSONValue(parsing: bytes)
  let document = try? JSONDocument(parsing: bytes, options: .configuration)

  if let strict {
    check(document?.value == strict, "a strict document is a configuration document")
  }
  if let document {
    check(document.position(of: .root) != nil, "the root has a position")
    checkRoundTrips(document.value)
  }
  return 0
}

private func checkRoundTrips(_ value: JSONValue) {
  for style in [JSONStyle.compact, .pretty, .canonical] {
    check((try? JSONValue(parsing: value.serialized(style))) == value, "\(style) text parses back")
  }
  let canonical = value.serialized(.canonical)
  check(
    (try? JSONValue(parsing: canonical))?.serialized(.canonical) == canonical,
    "canonical text is a fixed point")
}

/// Unlike `precondition`, it says in an optimized build what failed.
private func check(_ condition: Bool, _ claim: @autoclosure () -> String) {
  if !condition { fatalError("does not hold: \(claim())") }
}
