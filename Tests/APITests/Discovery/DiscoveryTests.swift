import HTTP
import JOSE
import JSON
import SharedSignals
import Testing
import Transmitter

@Suite(.serialized) struct DiscoveryTests {
  @Test("SSF 7.1 the metadata has exactly the members of what exists, and no empty array")
  func metadata() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, "/.well-known/ssf-configuration")
    #expect(response.code == 200)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "public, max-age=3600")
    #expect(
      try response.json == [
        "spec_version": "1_0",
        "issuer": "https://tr.example.com",
        "jwks_uri": "https://tr.example.com/ssf/jwks",
        "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
        "configuration_endpoint": "https://tr.example.com/ssf/stream",
        "status_endpoint": "https://tr.example.com/ssf/status",
        "add_subject_endpoint": "https://tr.example.com/ssf/subjects/add",
        "remove_subject_endpoint": "https://tr.example.com/ssf/subjects/remove",
        "verification_endpoint": "https://tr.example.com/ssf/verify",
        "authorization_schemes": [["spec_urn": "urn:ietf:rfc:6749"], ["spec_urn": "urn:ietf:rfc:6750"]],
        "default_subjects": "ALL",
      ])
  }

  @Test("SSF 7.1 default_subjects is what new streams begin with")
  func defaultSubjects() async throws {
    let transmitter = try await TestTransmitter { $0.subjects.initial = .noSubject }
    let response = try await transmitter.public.send(.get, "/.well-known/ssf-configuration")
    #expect(try response.json["default_subjects"] == "NONE")
  }

  @Test(
    "SSF 7.2.4 the issuer is answered as it is configured, also where it could be written shorter",
    arguments: [
      "https://tr.example.com/", "https://tr.example.com:443", "https://TR.example.com",
      "https://tr.example.com/a/",
    ])
  func issuerIsVerbatim(issuer: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = issuer }
    let response = try await transmitter.public.send(.get, "/.well-known/ssf-configuration")
    #expect(try response.json["issuer"]?.stringValue == issuer)
    let token = try await transmitter.token()
    #expect(try await transmitter.createStream(token: token)["iss"]?.stringValue == issuer)
  }

  @Test(
    "SSF 7.2.1 the metadata of an issuer with a path is found at the inserted and the appended form",
    arguments: [
      "/.well-known/ssf-configuration/issuer1", "/issuer1/.well-known/ssf-configuration",
      "/.well-known/ssf-configuration",
    ], ["https://tr.example.com/issuer1", "https://tr.example.com/issuer1/"])
  func issuerWithPath(target: String, issuer: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = issuer }
    let response = try await transmitter.public.send(.get, target)
    #expect(response.code == 200)
    #expect(try response.json["issuer"]?.stringValue == issuer)
    #expect(try response.json["jwks_uri"] == "https://tr.example.com/issuer1/ssf/jwks")
  }

  @Test("SSF 7.2.1 a path that holds escapes is inserted as it is written")
  func issuerWithEscapedPath() async throws {
    let transmitter = try await TestTransmitter { $0.issuer = "https://tr.example.com/a%20b/c" }
    for target in ["/.well-known/ssf-configuration/a%20b/c", "/a%20b/c/.well-known/ssf-configuration"] {
      #expect(try await transmitter.public.send(.get, target).code == 200, "\(target)")
    }
  }

  @Test("every public route answers with and without the issuer's path", arguments: ["", "/tenant/one"])
  func prefixOnEveryRoute(prefix: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = "https://tr.example.com/tenant/one" }
    let token = try await transmitter.token()
    let api = transmitter.public
    let created = try await api.send(.post, prefix + "/ssf/stream", token: token, .streamRequest())
    #expect(created.code == 201)
    let id = try #require(try created.json["stream_id"]?.stringValue)
    #expect(try await api.send(.get, prefix + "/ssf/stream?stream_id=\(id)", token: token).code == 200)
    #expect(try await api.send(.get, prefix + "/ssf/status?stream_id=\(id)", token: token).code == 200)
    let verified = try await api.send(
      .post, prefix + "/ssf/verify", token: token, ["stream_id": .string(id)])
    #expect(verified.code == 204)
    #expect(try await api.send(.get, prefix + "/ssf/jwks").code == 200)
    #expect(try await api.send(.get, prefix + "/healthz").code == 200)
  }

  @Test(
    "a path that only looks like the issuer's is not found",
    arguments: [
      "/tenants/ssf/jwks", "/tenant", "/other/ssf/jwks", "/tenant//ssf/jwks", "/tenant/tenant/ssf/jwks",
    ])
  func otherPrefix(target: String) async throws {
    let transmitter = try await TestTransmitter { $0.issuer = "https://tr.example.com/tenant" }
    #expect(try await transmitter.public.send(.get, target).code == 404)
  }

  @Test("SSF 7.1 jwks_uri answers the public keys as a key set that may be cached")
  func keySet() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, "/ssf/jwks")
    #expect(response.code == 200)
    #expect(response.fields["Content-Type"] == "application/jwk-set+json")
    #expect(response.fields["Cache-Control"] == "public, max-age=3600")
    let keys = try #require(try response.json["keys"]?.arrayValue)
    #expect(
      keys.map(\.memberNames) == [
        ["alg", "e", "kid", "kty", "n", "use"], ["alg", "crv", "kid", "kty", "use", "x", "y"],
      ])
    #expect(keys.first?["alg"] == "RS256")
    #expect(try JWKSet(json: response.json).keys.count == 2)
  }

  @Test("discovery needs no token, and does not look at one that is sent")
  func anonymous() async throws {
    let transmitter = try await TestTransmitter()
    for target in ["/.well-known/ssf-configuration", "/ssf/jwks", "/healthz"] {
      #expect(try await transmitter.public.send(.get, target, token: "nonsense").code == 200)
    }
  }
}
