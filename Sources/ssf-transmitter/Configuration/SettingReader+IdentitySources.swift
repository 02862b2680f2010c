import IdentitySources

extension SettingReader {
  func identitySources() throws(ConfigurationError) -> Configuration.IdentitySources {
    var policy = IdentitySourcePolicy()
    policy.recordsPerUpload = try integer("identity_sources.profiles_per_upload")
    policy.bytesPerUpload = try integer("identity_sources.upload_bytes")
    policy.uploadsPerSession = try integer("identity_sources.uploads_per_session")
    policy.openSessionsPerSource = try integer("identity_sources.open_sessions")
    policy.sessionIdleTime = try duration(
      "identity_sources.session_idle_time", in: .seconds(60) ... .seconds(30 * 86_400))
    policy.importInterval = try duration("identity_sources.import_interval", in: .zero ... .seconds(86_400))
    policy.answersLists = try answersLists()
    policy.answersCreated = try integer("identity_sources.session_status") == 201
    policy.brake.people = try integer("identity_sources.brake_people")
    policy.brake.percent = try integer("identity_sources.brake_percent")
    return Configuration.IdentitySources(policy: policy, required: try sources())
  }

  private func answersLists() throws(ConfigurationError) -> Bool {
    switch try text("identity_sources.session_answer") {
    case "object": false
    case "list": true
    default: throw wrong("identity_sources.session_answer", "object or list")
    }
  }

  private func sources() throws(ConfigurationError) -> [String] {
    let key = "identity_sources.sources"
    let ids = texts(key)
    for id in ids where !IdentitySource.isID(id) {
      throw wrong(key, "a list of ids of 1 to 64 letters, digits and . _ ~ - (not first), not '\(id)'")
    }
    return ids
  }
}
