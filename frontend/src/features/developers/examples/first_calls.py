"""Signs in, lists the people of the account, writes with If-Match, adds an identifier and takes it away again.

Needs Python 3.10 and nothing else. Set QUAYMASTER_URL, QUAYMASTER_USER and QUAYMASTER_PASSWORD first.
"""

import json
import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

API = os.environ["QUAYMASTER_URL"] + "/api/v1"
token = None


def call(method, path, body=None, **headers):
    """Sends one request; answers the body and the headers. A refusal is shown and ends the program."""
    request = Request(API + path, method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        with urlopen(request, timeout=30) as answer:
            content = answer.read()
            return json.loads(content) if content else None, answer.headers
    except HTTPError as error:
        problem = json.load(error)
        sys.exit(f"refused: {problem['status']} {problem['code']}: {problem['detail']}")


# 1. Sign in. The token is good for five minutes.
credentials = {"user_id": os.environ["QUAYMASTER_USER"], "password": os.environ["QUAYMASTER_PASSWORD"]}
session, _ = call("POST", "/sessions", credentials)
token = session["access_token"]
account = "/accounts/" + session["user"]["memberships"][0]["account_id"]

# 2. List the people of the account, page by page.
query = "?limit=10"
while query:
    page, _ = call("GET", f"{account}/users{query}")
    for person in page["items"]:
        print(person["email"])
    query = page["next_cursor"] and f"?limit=10&cursor={page['next_cursor']}"

# 3. Change a sub-account, unless somebody else did meanwhile: what was read is named by its ETag.
subs, _ = call("GET", f"{account}/sub-accounts")
importer = next(sub for sub in subs["items"] if sub["activity"] == "importer")
sub_account = f"{account}/sub-accounts/{importer['id']}"
found, headers = call("GET", sub_account)
call("PATCH", sub_account, {"name": found["name"]}, If_Match=headers["ETag"])
print(f"still called {found['name']}, version {headers['ETag']}")

# 4. Add an identifier. Sent again with the same key, e.g. after a time-out, it is not added twice.
wanted = {"kind": "importer_number", "value": "17-1000001W2"}
added, _ = call("POST", f"{sub_account}/identifiers", wanted, Idempotency_Key=str(uuid.uuid4()))
print(f"added {added['value']}: {added['state']}")

# 5. Take it away again, and sign out.
call("DELETE", f"{sub_account}/identifiers/{added['id']}")
call("DELETE", "/sessions/current")
