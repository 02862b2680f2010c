import JSON
import SharedSignals
import Testing

@Suite struct TransmitterMetadataTests {
  @Test("SSF 7.1 all members, in the order of the specification")
  func complete() {
    var metadata = TransmitterMetadata(issuer: "https://tr.example.com")
    metadata.jwksURI = "https://tr.example.com/ssf/jwks"
    metadata.deliveryMethods = [DeliveryMethodURI(.push), DeliveryMethodURI(.poll)]
    metadata.configurationEndpoint = "https://tr.example.com/ssf/stream"
    metadata.statusEndpoint = "https://tr.example.com/ssf/status"
    metadata.addSubjectEndpoint = "https://tr.example.com/ssf/subjects/add"
    metadata.removeSubjectEndpoint = "https://tr.example.com/ssf/subjects/remove"
    metadata.verificationEndpoint = "https://tr.example.com/ssf/verify"
    metadata.criticalSubjectMembers = ["tenant"]
    metadata.authorizationSchemes = ["urn:ietf:rfc:6749", "urn:ietf:rfc:6750"]
    metadata.defaultSubjects = .everySubject
    #expect(
      metadata.json.text() == #"{"spec_version":"1_0","issuer":"https://tr.example.com","#
        + #""jwks_uri":"https://tr.example.com/ssf/jwks","#
        + #""delivery_methods_supported":["urn:ietf:rfc:8935","urn:ietf:rfc:8936"],"#
        + #""configuration_endpoint":"https://tr.example.com/ssf/stream","#
        + #""status_endpoint":"https://tr.example.com/ssf/status","#
        + #""add_subject_endpoint":"https://tr.example.com/ssf/subjects/add","#
        + #""remove_subject_endpoint":"https://tr.example.com/ssf/subjects/remove","#
        + #""verification_endpoint":"https://tr.example.com/ssf/verify","#
        + #""critical_subject_members":["tenant"],"#
        + #""authorization_schemes":[{"spec_urn":"urn:ietf:rfc:6749"},{"spec_urn":"urn:ietf:rfc:6750"}],"#
        + #""default_subjects":"ALL"}"#)
  }

  @Test(
    "SSF 7.2.1 a well-known document is between host and path, without the path's last slash",
    arguments: [
      ("", "/.well-known/ssf-configuration"), ("/", "/.well-known/ssf-configuration"),
      ("/issuer1", "/.well-known/ssf-configuration/issuer1"),
      ("/a%20b/c/", "/.well-known/ssf-configuration/a%20b/c"),
    ])
  func location(issuerPath: String, expected: String) {
    #expect(TransmitterMetadata.path(issuerPath: issuerPath) == expected)
    #expect(
      TransmitterMetadata.path(of: "/.well-known/x", issuerPath: issuerPath).hasPrefix("/.well-known/x"))
  }

  @Test("SSF 7.2.3 members without elements are left out, and so is what is not set")
  func omission() {
    let metadata = TransmitterMetadata(issuer: "https://tr.example.com/")
    #expect(metadata.json == ["spec_version": "1_0", "issuer": "https://tr.example.com/"])
  }
}
