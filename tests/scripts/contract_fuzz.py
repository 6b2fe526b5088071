"""Hooks of the contract fuzz (contract-fuzz.sh): every request carries a token of the caller, got anew when needed.

What a caller is comes from the environment: the portal's address, and a User ID and a password, or the id and the secret
of an API client; without either nobody is signed in.
"""

import json
import os
import time
import urllib.parse
import urllib.request

import schemathesis

BASE = os.environ["QUAYMASTER_FUZZ_URL"]
USER = os.environ.get("QUAYMASTER_FUZZ_USER", "")
PASSWORD = os.environ.get("QUAYMASTER_FUZZ_PASSWORD", "")
CLIENT = os.environ.get("QUAYMASTER_FUZZ_CLIENT", "")
SECRET = os.environ.get("QUAYMASTER_FUZZ_SECRET", "")

# A person's tokens live for five minutes, those of an API client for ten.
LIFE = 120


class Token:
    """The token of the moment."""

    def __init__(self):
        self.text = ""
        self.since = 0.0

    def get(self):
        if not self.text or time.monotonic() - self.since > LIFE:
            with urllib.request.urlopen(self.request(), timeout=60) as answer:
                self.text = json.load(answer)["access_token"]
            self.since = time.monotonic()
        return self.text

    def request(self):
        if CLIENT:
            form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
            return urllib.request.Request(f"{BASE}/api/v1/oauth/token", data=urllib.parse.urlencode(form).encode())
        body = json.dumps({"user_id": USER, "password": PASSWORD}).encode()
        return urllib.request.Request(
            f"{BASE}/api/v1/sessions", data=body, headers={"content-type": "application/json"}
        )


TOKEN = Token()


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """Text as it is; schemathesis knows how to send CSV and not how to send lines of JSON."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_case(context, case):
    """Sent as a file, a value of the wrong type is a file like any other: there is nothing that could be refused."""
    return case.media_type != "application/x-ndjson" or isinstance(case.body, str | bytes)


if USER or CLIENT:

    @schemathesis.auth()
    class SignedIn:
        """Signs every request."""

        def get(self, case, context):
            return TOKEN.get()

        def set(self, case, data, context):
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"
