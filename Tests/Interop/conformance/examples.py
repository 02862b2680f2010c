"""An event of every type of CAEP and RISC, as rich as its definition allows, and one of a custom type."""

from conformance.vocabulary import CAEP, CUSTOM, RISC
from harness.transmitter import email

JANE = email("jane@example.com")
PHONE = {"format": "phone_number", "phone_number": "+12065550100"}
ISS_SUB = {"format": "iss_sub", "iss": "https://idp.example.com/123456789/", "sub": "99beb27c-c1c2-4955"}
COMPLEX = {
    "format": "complex",
    "user": ISS_SUB,
    "device": {"format": "iss_sub", "iss": "https://mdm.example.com/", "sub": "e9297990-14d2"},
    "tenant": {"format": "opaque", "id": "123456789"},
}
# When the change happened, a year before these tests were written.
EVENT_TIME = 1_732_200_000

COMMON = {
    "event_timestamp": EVENT_TIME,
    "initiating_entity": "policy",
    "reason_admin": {"en": "Landspeed policy violation: C076E82F", "es-410": "Violación"},
    "reason_user": {"en": "Access attempt from multiple regions."},
}

# Type, subject, members.
EXAMPLES: list[tuple[str, dict, dict]] = [
    (CAEP + "session-revoked", COMPLEX, COMMON),
    (CAEP + "token-claims-change", ISS_SUB, COMMON | {"claims": {"role": "ro-admin", "n": 1.50, "x": None}}),
    (CAEP + "credential-change", ISS_SUB, COMMON | {
        "credential_type": "fido2-roaming", "change_type": "create", "friendly_name": "Jane's key",
        "fido2_aaguid": "accced6a-63f5-490a-9eea-e59bc1896cfc"}),
    (CAEP + "assurance-level-change", JANE, COMMON | {
        "namespace": "NIST-AAL", "current_level": "nist-aal2", "previous_level": "nist-aal1",
        "change_direction": "increase"}),
    (CAEP + "device-compliance-change", COMPLEX, COMMON | {
        "previous_status": "compliant", "current_status": "not-compliant"}),
    (CAEP + "session-established", JANE, COMMON | {
        "fp_ua": "abb0b6e7da81", "acr": "AAL2", "amr": ["otp"], "ext_id": "12"}),
    (CAEP + "session-presented", JANE, COMMON | {"fp_ua": "abb0b6e7da81", "ext_id": "12"}),
    (CAEP + "risk-level-change", JANE, COMMON | {
        "principal": "USER", "current_level": "HIGH", "previous_level": "LOW",
        "risk_reason": "PASSWORD_FOUND_IN_DATA_BREACH"}),
    (RISC + "account-credential-change-required", ISS_SUB, {}),
    (RISC + "account-purged", ISS_SUB, {}),
    (RISC + "account-disabled", JANE, {"reason": "hijacking"}),
    (RISC + "account-enabled", JANE, {}),
    (RISC + "identifier-changed", JANE, {"new-value": "jane.roe@example.com"}),
    (RISC + "identifier-recycled", PHONE, {}),
    (RISC + "credential-compromise", ISS_SUB, {"credential_type": "password", "event_timestamp": EVENT_TIME}),
    (RISC + "opt-in", ISS_SUB, {}),
    (RISC + "opt-out-initiated", ISS_SUB, {}),
    (RISC + "opt-out-cancelled", ISS_SUB, {}),
    (RISC + "opt-out-effective", ISS_SUB, {}),
    (RISC + "recovery-activated", ISS_SUB, {}),
    (RISC + "recovery-information-changed", ISS_SUB, {}),
    (CUSTOM, {"format": "opaque", "id": "badge 12"}, {"floor": 3}),
]
