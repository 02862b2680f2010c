import HTTP
import JSON
import Testing

@Suite(.serialized) struct StreamIsolationTests {
  /// A stream of one client, and the token of another that has one, too.
  private func neighbours(
    _ family: Family
  ) async throws -> (TestTransmitter, id: String, owner: String, stranger: String) {
    let transmitter = try await TestTransmitter()
    let owner = try await transmitter.token("owner")
    let stranger = try await transmitter.token("stranger")
    let created = try await family.create.send(to: transmitter, token: owner, stream: nil)
    try #require(created.code == 201, "\(created.text)")
    return (transmitter, try #require(try created.json["stream_id"]?.stringValue), owner, stranger)
  }

  private func everything(_ transmitter: TestTransmitter, _ id: String) async throws -> JSONValue {
    let response = try await transmitter.admin.send(.get, "/v1/streams/\(id)", token: transmitter.adminToken)
    #expect(response.code == 200)
    return try response.json
  }

  @Test(
    "SSF 8 a foreign stream is answered as a missing one, and stays as it was", arguments: Family.everyPath)
  func foreignStream(family: Family) async throws {
    let (transmitter, id, _, stranger) = try await neighbours(family)
    let before = try await everything(transmitter, id)
    for operation in family.operations {
      let foreign = try await operation.send(to: transmitter, token: stranger, stream: id)
      let missing = try await operation.send(to: transmitter, token: stranger, stream: "missing")
      #expect(foreign.code == 404, "\(operation.name)")
      #expect(missing.code == 404, "\(operation.name)")
      #expect(masked(foreign.text, id) == masked(missing.text, "missing"), "\(operation.name)")
    }
    #expect(try await everything(transmitter, id) == before)
  }

  /// A body without what differs between two equal refusals: the stream's id, and the request's.
  private func masked(_ text: String, _ id: String) -> String {
    text.replacing(id, with: "ID").replacing(/[0-9a-f]{32}/, with: "REQUEST")
  }

  @Test(
    "a list has one's own streams only, however it is asked for", arguments: Family.everyPath,
    ["", "?aud=receiver"])
  func lists(family: Family, query: String) async throws {
    let (transmitter, id, owner, stranger) = try await neighbours(family)
    let list = { (token: String) in
      try await transmitter.public.send(.get, family.configuration + query, token: token).json.arrayValue?
        .compactMap { $0["stream_id"]?.stringValue }
    }
    #expect(try await list(owner) == [id])
    #expect(try await list(stranger) == [])
  }

  @Test(
    "SSF 8 a stream is polled by its owner alone: to others it is missing, and what they acknowledge stays")
  func polls() async throws {
    let transmitter = try await TestTransmitter { $0.verifiesNewStreams = true }
    let owner = try await transmitter.token("owner")
    let stranger = try await transmitter.token("stranger")
    let id = try await transmitter.createStreamID(token: owner, [:])
    let poll = { (token: String, stream: String, members: JSONObject) in
      try await transmitter.public.send(
        .post, "/ssf/poll/\(stream)", token: token,
        JSONValue.object(["returnImmediately": true]).with(members))
    }
    let jti = try #require(try await poll(owner, id, [:]).json["sets"]?.objectValue?.names.first)
    let before = try await everything(transmitter, id)
    for members in [[:], ["ack": [.string(jti)]], ["setErrs": [jti: ["err": "x"]]]] as [JSONObject] {
      let foreign = try await poll(stranger, id, members)
      let missing = try await poll(stranger, "missing", members)
      #expect(foreign.code == 404 && missing.code == 404)
      #expect(masked(foreign.text, id) == masked(missing.text, "missing"))
    }
    let own = try await transmitter.createStreamID(token: stranger, [:])
    #expect(try await poll(stranger, own, ["ack": [.string(jti)], "maxEvents": 0]).code == 200)
    #expect(try await everything(transmitter, id) == before)
    #expect(try await poll(owner, id, [:]).json["sets"]?.objectValue?.names == [jti])
  }

  @Test("in Okta's family a request that names no stream never touches another client's")
  func withoutStreamID() async throws {
    let (transmitter, id, _, stranger) = try await neighbours(.okta)
    let before = try await everything(transmitter, id)
    let unnamed = Family.okta.operations.filter { ["update", "replace", "delete"].contains($0.name) }
    for operation in unnamed {
      #expect(try await operation.send(to: transmitter, token: stranger, stream: nil).code == 404)
    }
    _ = try await Family.okta.create.send(to: transmitter, token: stranger, stream: nil)
    for operation in unnamed {
      let response = try await operation.send(to: transmitter, token: stranger, stream: nil)
      #expect(response.code == operation.success)
    }
    #expect(try await everything(transmitter, id) == before)
  }

  @Test(
    "a stream made in one family can be used in every other", arguments: Family.all, Family.everyPath)
  func oneRegistry(made: Family, used: Family) async throws {
    let (transmitter, id, owner, _) = try await neighbours(made)
    for operation in used.operations {
      let response = try await operation.send(to: transmitter, token: owner, stream: id)
      #expect(response.code == operation.success, "\(operation.name): \(response.text)")
    }
    for family in Family.all {
      #expect(try await transmitter.public.send(.get, family.configuration, token: owner).json == [])
    }
  }
}
