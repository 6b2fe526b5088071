"""A journey with the Python client as an integrator installs it, against the running portal.

The owner makes an API client, the program gets a token, reads, and is refused with a problem that has its type.
"""

import os

from quaymaster_client import AuthenticatedClient, Client
from quaymaster_client.api.accounts import list_accounts
from quaymaster_client.api.api_clients import create_api_client, create_token
from quaymaster_client.api.me import get_me
from quaymaster_client.api.sessions import create_session, prove_identity
from quaymaster_client.api.structure import list_sub_accounts
from quaymaster_client.models import (
    AccountPage,
    ApiClientMade,
    ApiClientNew,
    ApiScope,
    ClientTokenAnswer,
    IdentityProof,
    OAuthError,
    Problem,
    SignedIn,
    SignIn,
    SubAccountPage,
    TokenRequest,
)

URL = os.environ["QUAYMASTER_URL"]
USER = os.environ["QUAYMASTER_USER"]
PASSWORD = os.environ["QUAYMASTER_PASSWORD"]


def expect(kind, value):
    """The value, which must be of this type."""
    assert isinstance(value, kind), f"{value!r} is no {kind.__name__}"
    return value


def problem(answer, status, code):
    """The problem that an answer is, with this status and code."""
    assert answer.status_code == status, answer
    found = expect(Problem, answer.parsed)
    assert (found.status, found.code) == (status, code), found
    assert found.detail
    return found


def main():
    anybody = Client(base_url=URL)
    wrong = create_session.sync_detailed(client=anybody, body=SignIn(user_id=USER, password=PASSWORD + "!"))
    problem(wrong, 401, "sign-in-failed")

    session = expect(SignedIn, create_session.sync(client=anybody, body=SignIn(user_id=USER, password=PASSWORD)))
    signed_in = AuthenticatedClient(base_url=URL, token=session.access_token)
    proved = expect(SignedIn, prove_identity.sync(client=signed_in, body=IdentityProof(password=PASSWORD)))
    owner = AuthenticatedClient(base_url=URL, token=proved.access_token)
    account = expect(AccountPage, list_accounts.sync(client=owner)).items[0]

    wanted = ApiClientNew(
        name="Journey in Python",
        contact_email="integration@northgate.example",
        scopes=[ApiScope.STRUCTUREREAD],
    )
    made = expect(ApiClientMade, create_api_client.sync(id=account.id, client=owner, body=wanted))
    assert made.client.state == "active", made
    proof = {"client_id": str(made.client.id), "client_secret": made.secret.secret}

    granted = expect(
        ClientTokenAnswer,
        create_token.sync(client=anybody, body=TokenRequest(grant_type="client_credentials", **proof)),
    )
    program = AuthenticatedClient(base_url=URL, token=granted.access_token)
    seen = expect(AccountPage, list_accounts.sync(client=program))
    assert [found.id for found in seen.items] == [account.id], seen
    page = expect(SubAccountPage, list_sub_accounts.sync(id=account.id, client=program, limit=1))
    assert len(page.items) == 1, page

    problem(get_me.sync_detailed(client=program), 403, "scope-not-granted")
    misread = problem(list_accounts.sync_detailed(client=program, limit=1000), 422, "invalid")
    assert misread.errors[0].pointer == "?limit", misread

    proof["client_secret"] = "not the secret"
    spoilt = create_token.sync_detailed(
        client=anybody, body=TokenRequest(grant_type="client_credentials", **proof)
    )
    assert spoilt.status_code == 401, spoilt
    assert expect(OAuthError, spoilt.parsed).error == "invalid_client", spoilt

    print("the Python client: ok")


main()
