"""Makes an API client for a program of the tests: the Account Owner signs in, proves who they are and gives it every scope.

    api_client.py NAME   prints the client's id and its secret, each on a line

The portal and the owner are named by QUAYMASTER_URL, QUAYMASTER_USER and QUAYMASTER_PASSWORD.
"""

import json
import os
import sys
import urllib.request

BASE = os.environ["QUAYMASTER_URL"] + "/api/v1"


def ask(path, body=None, token=""):
    """The answer of one request; with a body it is a POST."""
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def main(name):
    password = os.environ["QUAYMASTER_PASSWORD"]
    session = ask("/sessions", {"user_id": os.environ["QUAYMASTER_USER"], "password": password})
    owner = ask("/sessions/current/proofs", {"password": password}, session["access_token"])["access_token"]
    account = ask("/accounts", token=owner)["items"][0]
    scopes = [scope["scope"] for scope in ask("/api-client-scopes", token=owner)["items"]]
    wanted = {"name": name, "contact_email": "integration@northgate.example", "scopes": scopes}
    made = ask(f"/accounts/{account['id']}/api-clients", wanted, owner)
    if sorted(made["client"]["scopes"]) != sorted(scopes):
        sys.exit(f"the owner's client does not have every scope: {made['client']}")
    print(made["client"]["id"])
    print(made["secret"]["secret"])


main(sys.argv[1])
