import JSON
import SharedSignals
import Testing

@Suite struct EventSchemaTests {
  /// An event whose members are all that its standard describes, and right.
  struct Sample: CustomTestStringConvertible {
    let type: EventType
    let members: JSONObject
    var testDescription: String { type.shortName ?? type.rawValue }
  }

  static let caepCommon: JSONObject = [
    "event_timestamp": 1_493_856_000, "initiating_entity": "policy",
    "reason_admin": ["en": "Policy C076E82F", "es-410": "Política"], "reason_user": ["en": "Signed out"],
  ]

  static func caep(_ type: EventType, _ members: JSONObject = [:]) -> Sample {
    var all = members
    for (name, value) in caepCommon { all[name] = value }
    return Sample(type: type, members: all)
  }

  static let caepSamples = [
    caep(.sessionRevoked),
    caep(
      .tokenClaimsChange, ["claims": ["role": "ro-admin", "https://saml.example.com/attribute": [1, nil]]]),
    caep(
      .credentialChange,
      [
        "credential_type": "fido2-roaming", "change_type": "create", "friendly_name": "Jane's key",
        "x509_issuer": "CN=CA", "x509_serial": "01", "fido2_aaguid": "accced6a-63f5-490a-9eea-e59bc1896cfc",
      ]),
    caep(
      .assuranceLevelChange,
      [
        "namespace": "NIST-AAL", "current_level": "nist-aal2", "previous_level": "nist-aal1",
        "change_direction": "increase",
      ]),
    caep(.deviceComplianceChange, ["previous_status": "compliant", "current_status": "not-compliant"]),
    caep(.sessionEstablished, ["fp_ua": "abb0", "acr": "AAL1", "amr": ["otp", "pwd"], "ext_id": "12345"]),
    caep(.sessionPresented, ["fp_ua": "abb0", "ext_id": "12345"]),
    caep(
      .riskLevelChange,
      [
        "risk_reason": "PASSWORD_FOUND_IN_DATA_BREACH", "principal": "USER", "current_level": "LOW",
        "previous_level": "HIGH",
      ]),
  ]

  static let otherSamples = [
    Sample(type: .accountDisabled, members: ["reason": "hijacking"]),
    Sample(type: .identifierChanged, members: ["new-value": "jane@example.com"]),
    Sample(
      type: .credentialCompromise,
      members: [
        "credential_type": "password", "event_timestamp": .number("1493856000.25"),
        "reason_admin": ["en": "Breach list"], "reason_user": ["en": "Choose a new password"],
      ]),
    Sample(type: .verification, members: ["state": ""]),
    Sample(type: .streamUpdated, members: ["status": "paused", "reason": "License expired"]),
  ]

  static let samples = caepSamples + otherSamples

  static let emptyTypes: [EventType] = [
    .accountCredentialChangeRequired, .accountPurged, .accountEnabled, .identifierRecycled, .optIn,
    .optOutInitiated, .optOutCancelled, .optOutEffective, .recoveryActivated, .recoveryInformationChanged,
    .sessionsRevoked,
  ]

  static func violations(of members: JSONObject, in type: EventType) throws -> [Violation] {
    let isAboutStream = type == .verification || type == .streamUpdated
    let subject = try isAboutStream ? SubjectIdentifier.opaque("f67e39a0") : .email("jane.smith@example.com")
    return EventCatalog.schema(for: type).validate(members: members, subject: subject)
  }

  @Test("the samples hold every member that the standards describe", arguments: samples)
  func completeness(sample: Sample) {
    let described = EventCatalog.schema(for: sample.type).members.map(\.name)
    #expect(Set(described) == Set(sample.members.names))
  }

  @Test("samples and empty types are all types there are")
  func coverage() {
    #expect(Set(Self.samples.map(\.type) + Self.emptyTypes) == Set(EventCatalog.all))
  }

  @Test("an event with every member is right", arguments: samples)
  func goodEvents(sample: Sample) throws {
    #expect(try Self.violations(of: sample.members, in: sample.type) == [])
  }

  @Test("RISC 2 most events have no members of their own", arguments: emptyTypes)
  func emptyEvents(type: EventType) throws {
    #expect(EventCatalog.schema(for: type).members.isEmpty)
    #expect(try Self.violations(of: [:], in: type) == [])
  }

  @Test("a required member that is missing is named, an optional one is not missed", arguments: samples)
  func missingMembers(sample: Sample) throws {
    for member in EventCatalog.schema(for: sample.type).members {
      var members = sample.members
      members[member.name] = nil
      let pointers = try Self.violations(of: members, in: sample.type).map(\.pointer.description)
      #expect(pointers == (member.isRequired ? ["/members/\(member.name)"] : []))
    }
  }

  @Test(
    "a member of the wrong type is named", arguments: samples, [nil, true, [1], ["en": 1]] as [JSONValue])
  func wrongTypes(sample: Sample, value: JSONValue) throws {
    for member in EventCatalog.schema(for: sample.type).members
    where !(member.name == "claims" && value["en"] != nil) {
      var members = sample.members
      members[member.name] = value
      let pointers = try Self.violations(of: members, in: sample.type).map(\.pointer.description)
      #expect(pointers.count == 1)
      #expect(pointers[0].hasPrefix("/members/\(member.name)"))
    }
  }

  @Test("SSF 4.2.3 members that no standard describes are allowed", arguments: samples)
  func extraMembers(sample: Sample) throws {
    var members = sample.members
    members["https://example.com/ticket"] = ["number": 4711]
    #expect(try Self.violations(of: members, in: sample.type) == [])
  }

  @Test(
    "a value outside the standard's list is refused at its place",
    arguments: [
      (.credentialChange, "change_type", "revoked", "did you mean revoke?"),
      (.credentialChange, "credential_type", "", "but is an empty string"),
      (.assuranceLevelChange, "change_direction", "up", "must be one of increase, decrease"),
      (.deviceComplianceChange, "current_status", "non-compliant", "did you mean not-compliant?"),
      (.riskLevelChange, "current_level", "high", "did you mean HIGH?"),
      (.sessionRevoked, "initiating_entity", "Admin", "did you mean admin?"),
      (.sessionRevoked, "reason_admin", "Policy", "such as {\"en\": \"Policy\"}"),
      (.sessionRevoked, "reason_user", [:], "but is an empty object"),
      (.tokenClaimsChange, "claims", [:], "at least one claim"),
      (.sessionEstablished, "amr", "pwd", "must be an array of strings"),
      (.accountDisabled, "reason", "fraud", "must be one of hijacking, bulk-account"),
      (.streamUpdated, "status", "stopped", "must be one of enabled, paused, disabled"),
    ] as [(EventType, String, JSONValue, String)])
  func wrongValues(type: EventType, name: String, value: JSONValue, remedy: String) throws {
    var members = try #require(Self.samples.first { $0.type == type }).members
    members[name] = value
    let violations = try Self.violations(of: members, in: type)
    #expect(violations.map(\.pointer.description) == ["/members/\(name)"])
    #expect(violations.first?.message.contains(remedy) == true)
  }

  @Test(
    "values that two sides agreed on are allowed where the list is open",
    arguments: [
      (.credentialChange, "credential_type", "urn:example:smart-card"),
      (.assuranceLevelChange, "namespace", "eIDAS"),
      (.riskLevelChange, "principal", "APPLICATION"),
    ] as [(EventType, String, JSONValue)])
  func agreedValues(type: EventType, name: String, value: JSONValue) throws {
    var members = try #require(Self.samples.first { $0.type == type }).members
    members[name] = value
    #expect(try Self.violations(of: members, in: type) == [])
  }

  @Test(
    "CAEP 2 a time in milliseconds is refused with a hint",
    arguments: [
      1_493_856_000_123, .number("1493856000123.5"), .number("1.49e12"),
    ] as [JSONValue])
  func milliseconds(time: JSONValue) throws {
    let violations = try Self.violations(of: ["event_timestamp": time], in: .sessionRevoked)
    #expect(violations.map(\.pointer.description) == ["/members/event_timestamp"])
    #expect(violations.first?.message.contains("divide it by 1000") == true)
  }

  @Test("CAEP 2 a reason's languages and texts are each checked at their place")
  func reasons() throws {
    let reason: JSONValue = ["en": "Policy", "not a tag": "x", "de": 1]
    let violations = try Self.violations(of: ["reason_admin": reason], in: .sessionRevoked)
    let pointers = violations.map(\.pointer.description)
    #expect(pointers == ["/members/reason_admin/not a tag", "/members/reason_admin/de"])
  }

  @Test("every fault of an event is told at once")
  func allFaults() throws {
    let pointers = try Self.violations(of: ["change_type": "x"], in: .credentialChange).map(
      \.pointer.description)
    #expect(pointers == ["/members/credential_type", "/members/change_type"])
  }

  @Test(
    "RISC 2.5, 2.6 identifiers change or are recycled only as mail addresses and phone numbers",
    arguments: [
      EventType.identifierChanged, .identifierRecycled,
    ])
  func identifierSubjects(type: EventType) throws {
    let schema = EventCatalog.schema(for: type)
    let phone: JSONValue = ["format": "phone_number", "phone_number": "+12065550100"]
    #expect(schema.validate(members: [:], subject: try SubjectIdentifier(json: phone, at: .root)) == [])
    let violations = schema.validate(
      members: [:], subject: try .issSub(iss: "https://idp.example.com", sub: "1"))
    #expect(
      violations.map(\.description) == [
        "/subject/format: an event of this type needs a subject of format email or phone_number, not iss_sub"
      ])
  }

  @Test(
    "SSF 8.1.4, 8.1.5 the framework's events are about a stream's opaque id",
    arguments: [
      EventType.verification, .streamUpdated,
    ])
  func streamSubjects(type: EventType) throws {
    let violations = EventCatalog.schema(for: type).validate(
      members: ["status": "enabled"], subject: try .email("jane@example.com"))
    #expect(violations.map(\.pointer.description) == ["/subject/format"])
  }

  @Test("SSF 3.1.2 a custom type must not hold subject among its members, and may hold anything else")
  func customTypes() throws {
    let type = try EventType(shortOrURI: "https://example.com/events/door-opened")
    #expect(try Self.violations(of: ["door": 7, "reason_admin": "free text"], in: type) == [])
    let violations = try Self.violations(of: ["subject": ["format": "opaque", "id": "1"]], in: type)
    #expect(violations.map(\.pointer.description) == ["/members/subject"])
  }

  @Test("SSF 3.1.1 types of CAEP and RISC may hold subject besides")
  func legacySubject() throws {
    let members: JSONObject = ["subject": ["format": "email", "email": "jane@example.com"]]
    #expect(try Self.violations(of: members, in: .sessionRevoked) == [])
    #expect(try Self.violations(of: members, in: .accountPurged) == [])
  }
}
