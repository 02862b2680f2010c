"""The okta package's IdentitySourceApi, as its users call it."""

from okta.models.bulk_delete_request_body import BulkDeleteRequestBody
from okta.models.bulk_group_delete_request_body import BulkGroupDeleteRequestBody
from okta.models.bulk_group_memberships_delete_request_body import BulkGroupMembershipsDeleteRequestBody
from okta.models.bulk_group_memberships_upsert_request_body import BulkGroupMembershipsUpsertRequestBody
from okta.models.bulk_group_upsert_request_body import BulkGroupUpsertRequestBody
from okta.models.bulk_upsert_request_body import BulkUpsertRequestBody
from okta.models.user_request_schema import UserRequestSchema
from okta.models.users_update_request_schema import UsersUpdateRequestSchema

from harness.okta_sdk import Answer, OktaSDK
from harness.waiting import wait_until


class IdentitySDK(OktaSDK):
    """One identity source, through the SDK."""

    def __init__(self, base: str, token: str, source: str, **options):
        super().__init__(base, token, **options)
        self.source = source

    def create_session(self) -> Answer:
        return self.call("create_identity_source_session", self.source)

    def sessions(self) -> Answer:
        return self.call("list_identity_source_sessions", self.source)

    def session(self, session_id: str) -> Answer:
        return self.call("get_identity_source_session", self.source, session_id)

    def delete_session(self, session_id: str) -> Answer:
        return self.call("delete_identity_source_session", self.source, session_id)

    def start(self, session_id: str) -> Answer:
        return self.call("start_import_from_identity_source", self.source, session_id)

    def upsert(self, session_id: str, profiles: dict[str, dict]) -> Answer:
        return self.call("upload_identity_source_data_for_upsert", self.source, session_id, BulkUpsertRequestBody.from_dict({
            "entityType": "USERS",
            "profiles": [{"externalId": key, "profile": profile} for key, profile in profiles.items()]}))

    def delete(self, session_id: str, external_ids: list[str]) -> Answer:
        return self.call("upload_identity_source_data_for_delete", self.source, session_id, BulkDeleteRequestBody.from_dict({
            "entityType": "USERS", "profiles": [{"externalId": key} for key in external_ids]}))

    def upsert_groups(self, session_id: str, names: dict[str, str]) -> Answer:
        return self.call("upload_identity_source_groups_for_upsert", self.source, session_id, BulkGroupUpsertRequestBody.from_dict({
            "profiles": [{"externalId": key, "profile": {"displayName": name}} for key, name in names.items()]}))

    def delete_groups(self, session_id: str, external_ids: list[str]) -> Answer:
        return self.call("upload_identity_source_groups_data_for_delete", self.source, session_id,
                         BulkGroupDeleteRequestBody.from_dict({"externalIds": external_ids}))

    def upsert_members(self, session_id: str, group: str, members: list[str]) -> Answer:
        return self.call("upload_identity_source_group_memberships_for_upsert", self.source, session_id,
                         BulkGroupMembershipsUpsertRequestBody.from_dict(memberships(group, members)))

    def delete_members(self, session_id: str, group: str, members: list[str]) -> Answer:
        return self.call("upload_identity_source_group_memberships_for_delete", self.source, session_id,
                         BulkGroupMembershipsDeleteRequestBody.from_dict(memberships(group, members)))

    def create_user(self, external_id: str, profile: dict) -> Answer:
        return self.call("create_identity_source_user", self.source,
                         UserRequestSchema.from_dict({"externalId": external_id, "profile": profile}))

    def user(self, external_id: str) -> Answer:
        return self.call("get_identity_source_user", self.source, external_id)

    def replace_user(self, external_id: str, profile: dict) -> Answer:
        return self.call("replace_existing_identity_source_user", self.source, external_id,
                         UserRequestSchema.from_dict({"externalId": external_id, "profile": profile}))

    def update_user(self, external_id: str, profile: dict) -> Answer:
        return self.call("update_identity_source_users", self.source, external_id,
                         UsersUpdateRequestSchema.from_dict({"profile": profile}))

    def delete_user(self, external_id: str) -> Answer:
        return self.call("delete_identity_source_user", self.source, external_id)

    def new_session(self) -> str:
        answer = self.create_session()
        assert answer.status == 200, answer.error
        return answer.data.id

    def run(self, session_id: str, seconds: float = 60) -> str:
        """Starts the import, and returns the status that it ends with."""
        assert self.start(session_id).status == 200

        def ended() -> str | None:
            status = self.session(session_id).data.status.value
            return status if status not in ("TRIGGERED", "IN_PROGRESS") else None

        return wait_until(ended, f"the import of {session_id}", seconds)


def memberships(group: str, members: list[str]) -> dict:
    return {"memberships": [{"groupExternalId": group, "memberExternalIds": members}]}
