import Testing

@testable import Transmitter

@Suite struct ScopeTests {
  @Test("scopes are written and read as OAuth does, in one order and once each")
  func text() throws {
    let scopes = try ScopeSet(parsing: ["ssf.emit", "ssf.read", "ssf.emit"])
    #expect(scopes.description == "ssf.read ssf.emit")
    #expect(try ScopeSet(parsing: scopes.description.split(separator: " ")) == scopes)
    #expect(scopes.contains(.read) && !scopes.contains(.admin))
    #expect(try ScopeSet(parsing: [String]()).isEmpty)
  }

  @Test(
    "a name that is no scope is refused, with those that are",
    arguments: ["ssf", "SSF.READ", "ssf.read ", ""])
  func unknown(name: String) throws {
    let error = #expect(throws: ScopeError.self) { try ScopeSet(parsing: ["ssf.read", name]) }
    #expect(try #require(error).description.contains("ssf.read, ssf.manage, ssf.emit, ssf.admin"))
  }

  @Test("a set is within another if it adds nothing")
  func subset() {
    let scopes: ScopeSet = [.read, .emit]
    #expect(scopes.isSubset(of: [.emit, .read, .admin]))
    #expect(!scopes.isSubset(of: [.admin, .read]))
    #expect(ScopeSet([]).isSubset(of: []))
  }
}
