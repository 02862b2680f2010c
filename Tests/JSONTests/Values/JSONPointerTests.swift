import JSON
import Testing

@Suite struct JSONPointerTests {
  @Test(
    "RFC 6901 5 the string form escapes ~ and /",
    arguments: [
      (.root, ""), (["foo"], "/foo"), (["foo", "0"], "/foo/0"), ([""], "/"), (["a/b"], "/a~1b"),
      (["c%d"], "/c%d"),
      (["m~n"], "/m~0n"), (["~1"], "/~01"), ([" ", "é"], "/ /é"),
    ] as [(JSONPointer, String)])
  func describes(pointer: JSONPointer, description: String) {
    #expect(pointer.description == description)
  }

  @Test("names and indices are appended")
  func appends() {
    let pointer = JSONPointer.root.appending("streams").appending(3).appending("aud")
    #expect(pointer == ["streams", "3", "aud"])
    #expect(pointer.description == "/streams/3/aud")
  }

  @Test("pointers are equal token by token and code unit by code unit")
  func compares() {
    #expect(Set<JSONPointer>([["a", "b"], ["a/b"], ["ab"], ["\u{E9}"], ["e\u{301}"], [], [""]]).count == 7)
  }
}
