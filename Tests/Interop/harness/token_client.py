"""A client of the token endpoint: with a secret, with a key, and with proofs that it holds one."""

import hashlib
import time
import uuid

import requests

from harness.forgery import ECSigner, encode, token

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH = "/oauth/token"


def public(signer) -> dict:
    """A key as a client registers it, and as a proof names it."""
    return {name: value for name, value in signer.jwk.items() if name not in ("use", "alg")}


class TokenClient:
    """Knows how to do it right; whatever a test gives instead replaces that."""

    def __init__(self, transmitter, *scopes: str, **members):
        self.public, self.issuer = transmitter.daemon.public, transmitter.daemon.issuer
        self.signer = ECSigner("client-key")
        body = {"scopes": list(scopes) or ["ssf.read", "ssf.manage"], "jwks": {"keys": [public(self.signer)]}}
        response = transmitter.admin.call("POST", "/v1/clients", json=body | members)
        assert response.status_code == 201, response.text
        self.id, self.secret = response.json()["id"], response.json()["client_secret"]
        self._session = requests.Session()
        self._session.trust_env = False

    def call(self, method: str, path: str, **options) -> requests.Response:
        return self._session.request(method, self.public + path, timeout=10, **options)

    def ask(self, form: dict | list | str, path: str = TOKEN_PATH, **options) -> requests.Response:
        """A request of the token endpoint, with whatever in its body."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | options.pop("headers", {})
        return self.call("POST", path, data=form, headers=headers, **options)

    # MARK: authentication

    @property
    def secret_form(self) -> dict:
        return {"grant_type": "client_credentials", "client_id": self.id, "client_secret": self.secret}

    def assertion_claims(self, **changes) -> dict:
        now = int(time.time())
        good = {
            "iss": self.id, "sub": self.id, "aud": self.issuer + TOKEN_PATH, "iat": now, "exp": now + 3000,
            "jti": str(uuid.uuid4())}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def assertion(self, signer=None, sign=None, header: dict | None = None, **changes) -> str:
        return token(self.assertion_claims(**changes), signer or self.signer, sign, **({"typ": "JWT"} | (header or {})))

    def assertion_form(self, assertion: str | None = None, **members) -> dict:
        return {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion()} | members

    # MARK: proofs

    def proof_claims(self, method: str, path: str, access_token: str | None = None, **changes) -> dict:
        good = {"htm": method, "htu": self.issuer + path, "iat": int(time.time()), "jti": str(uuid.uuid4())}
        if access_token is not None:
            good["ath"] = encode(hashlib.sha256(access_token.encode()).digest())
        return {name: value for name, value in (good | changes).items() if value is not None}

    def proof(
        self, method: str, path: str, access_token: str | None = None, signer=None, sign=None,
        header: dict | None = None, **changes,
    ) -> str:
        signer = signer or self.signer
        members = {"typ": "dpop+jwt", "kid": None, "jwk": public(signer)} | (header or {})
        return token(self.proof_claims(method, path, access_token, **changes), signer, sign, **members)

    def nonce(self) -> str:
        response = self.ask(self.secret_form, headers={"DPoP": self.proof("POST", TOKEN_PATH)})
        assert (response.status_code, response.json()["error"]) == (400, "use_dpop_nonce")
        return response.headers["DPoP-Nonce"]

    # MARK: tokens

    def token(self, **members) -> str:
        response = self.ask(self.secret_form | members)
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    def bound_token(self, signer=None) -> str:
        proof = self.proof("POST", TOKEN_PATH, signer=signer, nonce=self.nonce())
        response = self.ask(self.secret_form, headers={"DPoP": proof})
        assert (response.status_code, response.json().get("token_type")) == (200, "DPoP"), response.text
        return response.json()["access_token"]

    def use(self, access_token: str, proof: str | None, path: str = "/ssf/stream", scheme: str = "DPoP"):
        headers = {"Authorization": f"{scheme} {access_token}"}
        if proof is not None:
            headers["DPoP"] = proof
        return self.call("GET", path, headers=headers)
