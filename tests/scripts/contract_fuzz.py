"""Hooks of the contract fuzz (contract-fuzz.sh): every request carries a token of the caller, signed in anew when needed.

What a caller is comes from the environment: the portal's address, a User ID and a password; without a User ID nobody is
signed in.
"""

import json
import os
import time
import urllib.request

import schemathesis

BASE = os.environ["QUAYMASTER_FUZZ_URL"]
USER = os.environ.get("QUAYMASTER_FUZZ_USER", "")
PASSWORD = os.environ.get("QUAYMASTER_FUZZ_PASSWORD", "")

# Tokens live for five minutes.
LIFE = 120


class Token:
    """The token of the moment."""

    def __init__(self):
        self.text = ""
        self.since = 0.0

    def get(self):
        if not self.text or time.monotonic() - self.since > LIFE:
            body = json.dumps({"user_id": USER, "password": PASSWORD}).encode()
            request = urllib.request.Request(
                f"{BASE}/api/v1/sessions", data=body, headers={"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                self.text = json.load(answer)["access_token"]
            self.since = time.monotonic()
        return self.text


TOKEN = Token()


if USER:

    @schemathesis.auth()
    class SignedIn:
        """Signs every request."""

        def get(self, case, context):
            return TOKEN.get()

        def set(self, case, data, context):
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"
