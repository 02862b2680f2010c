"""Somebody else's authorization server, for tests: Authlib's, over http, as a process of its own.

It prints its issuer URL as its first line, issues tokens by client credentials (as JWTs of RFC 9068, or opaque),
publishes metadata and keys, and answers introspection. What a test does to it comes in below /test.
"""

import argparse
import json
import time
from collections import Counter

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask, Response, jsonify, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

SECRET = "the-secret-of-every-client"
LIFETIME = 300


class Client(ClientMixin):
    """Every client has the same secret and may ask for any scope."""

    def __init__(self, client_id: str):
        self.client_id = client_id

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class Token(TokenMixin):
    """An opaque token that was issued."""

    def __init__(self, client_id: str, scope: str):
        self.client_id, self.scope = client_id, scope
        self.revoked, self.expires_at = False, int(time.time()) + LIFETIME

    def is_expired(self) -> bool:
        return self.expires_at <= time.time()

    def is_revoked(self) -> bool:
        return self.revoked


class Keys:
    """The signing key, and those that are published: it and the one before."""

    def __init__(self):
        self.published: list[RSAKey] = []
        self.rotate()

    def rotate(self) -> None:
        self.signing = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
        self.published = [self.signing] + self.published[:1]

    def public(self) -> dict:
        return KeySet(self.published).as_dict(private=False)


class ClientCredentials(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]


class JWTs(JWTBearerTokenGenerator):
    def __init__(self, issuer: str, audience: str, keys: Keys):
        super().__init__(issuer=issuer, expires_generator=lambda client, grant_type: LIFETIME)
        self.audience, self.keys = audience, keys

    def get_jwks(self) -> KeySet:
        return KeySet([self.keys.signing])

    def get_audiences(self, client, user, scope) -> list[str]:
        return [self.audience]


def make_app(issuer: str, audience: str, opaque: bool) -> Flask:
    app = Flask(__name__)
    keys, tokens, counts = Keys(), {}, Counter()
    state = {"outage": False}

    def save_token(token: dict, asked) -> None:
        tokens[token["access_token"]] = Token(asked.client.client_id, token["scope"])

    server = AuthorizationServer(app, query_client=Client, save_token=save_token)
    server.register_grant(ClientCredentials)
    server.register_token_generator(
        "default", JWTs(issuer, audience, keys) if not opaque else BearerTokenGenerator(
            lambda **_: f"opaque-{len(tokens)}-{time.time_ns()}"))

    class Introspection(IntrospectionEndpoint):
        def check_permission(self, token, client, asked) -> bool:
            return client.client_id == "ssf"

        def query_token(self, text: str, hint: str) -> Token | None:
            return tokens.get(text)

        def introspect_token(self, token: Token) -> dict:
            return {
                "active": True, "client_id": token.client_id, "token_type": "Bearer", "scope": token.scope,
                "aud": audience, "iss": issuer, "exp": token.expires_at}

    server.register_endpoint(Introspection)

    @app.before_request
    def count() -> Response | None:
        counts[request.path] += 1
        if state["outage"] and not request.path.startswith("/test/"):
            return Response(status=503)

    @app.post("/token")
    def token():
        return server.create_token_response()

    @app.post("/introspect")
    def introspect():
        return server.create_endpoint_response(IntrospectionEndpoint.ENDPOINT_NAME)

    @app.get("/.well-known/oauth-authorization-server")
    def metadata():
        return jsonify(
            issuer=issuer, token_endpoint=issuer + "/token", jwks_uri=issuer + "/jwks",
            introspection_endpoint=issuer + "/introspect")

    @app.get("/jwks")
    def jwks():
        return jsonify(keys.public())

    @app.post("/test/rotate")
    def rotate():
        keys.rotate()
        return {}

    @app.post("/test/outage/<value>")
    def outage(value: str):
        state["outage"] = value == "on"
        return {}

    @app.post("/test/revoke")
    def revoke():
        tokens[request.form["token"]].revoked = True
        return {}

    @app.get("/test/counts")
    def read_counts():
        return dict(counts)

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--audience", required=True)
    parser.add_argument("--opaque", action="store_true")
    arguments = parser.parse_args()
    server = make_server("127.0.0.1", 0, Flask("placeholder"), threaded=True)
    issuer = f"http://127.0.0.1:{server.server_port}"
    server.app = make_app(issuer, arguments.audience, arguments.opaque)
    print(json.dumps({"issuer": issuer}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
