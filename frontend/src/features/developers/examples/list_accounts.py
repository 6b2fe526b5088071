"""Gets a token as an API client and lists the accounts that it may see.

Needs Python 3.10 and nothing else. Set QUAYMASTER_URL, QUAYMASTER_CLIENT_ID and QUAYMASTER_CLIENT_SECRET first.
"""

import base64
import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ["QUAYMASTER_URL"] + "/api/v1"


def send(request):
    """Sends a request; answers the body. A refusal is shown and ends the program."""
    try:
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except HTTPError as error:
        sys.exit(f"refused: {error.code} {error.read().decode()}")


# 1. Get a token with the client's id and secret. It is good for ten minutes; then the program gets the next one.
proof = f"{os.environ['QUAYMASTER_CLIENT_ID']}:{os.environ['QUAYMASTER_CLIENT_SECRET']}"
asked = Request(API + "/oauth/token", data=b"grant_type=client_credentials")
asked.add_header("Authorization", "Basic " + base64.b64encode(proof.encode()).decode())
token = send(asked)["access_token"]

# 2. Send it with every request.
wanted = Request(API + "/accounts", headers={"Authorization": "Bearer " + token})
for account in send(wanted)["items"]:
    print(f"may see {account['account_number']}, {account['name']}")
