import HTTP
import JSON
import SQLite
import Testing

@testable import Transmitter

@Suite(.serialized) struct AuditEndpointsTests {
  @Test("the log names the client, the request and what has changed")
  func list() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let changed = try await transmitter.public.send(
      .patch, "/ssf/stream", token: token, ["stream_id": .string(id), "description": "x"])
    #expect(changed.code == 200)
    let answer = try await transmitter.admin.send(
      .get, "/v1/audit?target=stream/\(id)&limit=1", token: transmitter.adminToken)
    let entry = try #require(try answer.json["entries"]?.arrayValue?.first)
    #expect(entry["actor"] == "client/receiver")
    #expect(entry["action"] == "stream.update")
    #expect(entry["after"] == ["description": "x"])
    #expect(entry["request_id"]?.stringValue?.utf8.count == 32)
    #expect(entry["address"] == "127.0.0.1")
    #expect(entry["hash"]?.stringValue?.utf8.count == 64)
    #expect(try answer.json["next"] == entry["seq"])
  }

  @Test(
    "a misspelt filter is refused, and does not pass for none", arguments: ["acter=x", "limit=1&limit=2"])
  func misspelt(query: String) async throws {
    let transmitter = try await TestTransmitter()
    let answer = try await transmitter.admin.send(.get, "/v1/audit?\(query)", token: transmitter.adminToken)
    #expect(answer.code == 400)
    #expect(answer.fields["Content-Type"] == "application/problem+json")
  }

  @Test("a change whose entry cannot be written is answered 503, and is not made")
  func unwritable() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    try await transmitter.store.read { database in
      try database.executeScript(
        "CREATE TEMP TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END")
    }
    let refused = try await transmitter.public.send(
      .delete, "/ssf/stream?stream_id=\(id)", token: token)
    #expect(refused.code == 503)
    #expect(refused.fields["Retry-After"] != nil)
    #expect(try await transmitter.public.send(.get, "/ssf/stream?stream_id=\(id)", token: token).code == 200)
  }

  @Test("verifying tells what is wrong, and takes a head that was noted")
  func verify() async throws {
    let transmitter = try await TestTransmitter()
    let verify = { (body: JSONValue?) in
      try await transmitter.admin.send(.post, "/v1/audit/verify", token: transmitter.adminToken, body).json
    }
    let whole = try await verify(nil)
    #expect(whole["valid"] == true)
    let head = try #require(whole["head"])
    #expect(try await verify(head)["valid"] == true)
    let other = head.with(["hash": .string(String(repeating: "a", count: 64))])
    #expect(try await verify(other)["faults"]?.arrayValue?.first?["fault"] == "differs_from_noted")
    try await transmitter.store.read { try $0.executeScript("DELETE FROM audit WHERE seq = 2") }
    let broken = try await verify(nil)
    #expect(broken["valid"] == false)
    #expect(broken["fault_count"] == 1)
    #expect(broken["faults"] == [["seq": 2, "fault": "missing", "detail": "the entries 2 to 2 are missing"]])
  }

  @Test(
    "what cannot be asked is 400",
    arguments: ["limit=0", "limit=501", "limit=x", "since=yesterday", "until=5", "before=0"])
  func badQuery(_ query: String) async throws {
    let transmitter = try await TestTransmitter()
    let answer = try await transmitter.admin.send(
      .get, "/v1/audit?" + query, token: transmitter.adminToken)
    #expect(answer.code == 400)
  }

  @Test(
    "a head that is none is 400",
    arguments: [
      ["seq": 1], ["hash": "00"], ["seq": 1, "hash": "00"], ["seq": -1, "hash": "00"], ["sequence": 1],
    ] as [JSONValue])
  func badHead(_ head: JSONValue) async throws {
    let transmitter = try await TestTransmitter()
    let answer = try await transmitter.admin.send(
      .post, "/v1/audit/verify", token: transmitter.adminToken, head)
    #expect(answer.code == 400)
  }

  @Test("the log is for administrators")
  func scope() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token("reader", [.read, .manage, .emit])
    #expect(try await transmitter.admin.send(.get, "/v1/audit", token: token).code == 403)
    #expect(try await transmitter.admin.send(.post, "/v1/audit/verify", token: token).code == 403)
    #expect(try await transmitter.admin.send(.get, "/v1/audit").code == 401)
  }
}
