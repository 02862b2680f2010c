import HTTP
import IdentitySources
import JSON
import Transmitter

/// Uploads to a session, as Okta's Identity Source API has them. 202 means that the upload is on disk.
struct UploadEndpoints: Sendable {
  let parts: IdentitySourceParts

  func add(to router: inout Router<Endpoint>) {
    add("bulk-upsert", to: &router) { try $0.users() }
    add("bulk-delete", to: &router) { try $0.deletedUsers() }
    add("bulk-groups-upsert", to: &router) { try $0.groups() }
    add("bulk-groups-delete", to: &router) { try $0.deletedGroups() }
    add("bulk-group-memberships-upsert", to: &router) { try $0.memberships(.membershipsUpsert) }
    add("bulk-group-memberships-delete", to: &router) { try $0.memberships(.membershipsDelete) }
  }

  private func add(
    _ name: String, to router: inout Router<Endpoint>,
    read: @escaping @Sendable (UploadReader) throws -> Upload
  ) {
    let limit = parts.policy.bytesPerUpload
    let endpoint = Endpoint(.scope(.manageIdentitySources), bodyLimit: limit, rate: .intake) { call in
      let upload = try read(UploadReader(try call.bodyObject(), mostRecords: parts.policy.recordsPerUpload))
      try await parts.sessions.add([upload], to: call.path("session_id"), of: call.path("source_id"))
      return Response(status: .accepted, fields: ["Cache-Control": "no-store"])
    }
    router.add(.post, SessionEndpoints.session + "/" + name, endpoint)
  }
}
