#!/bin/sh
# Gets a token as an API client and lists the accounts that it may see.
# Needs curl. Set QUAYMASTER_URL, QUAYMASTER_CLIENT_ID and QUAYMASTER_CLIENT_SECRET first.
set -eu
api="$QUAYMASTER_URL/api/v1"

# send [curl's arguments…]: prints the answer; a refusal is shown and ends the script.
send() {
  said=$(curl -sS --fail-with-body "$@") || {
    echo "refused: $said" >&2
    exit 1
  }
  echo "$said"
}

# field NAME: every text of this name in the answer. In a program of yours, use a JSON parser such as jq.
field() {
  grep -o "\"$1\":\"[^\"]*\"" | cut -d '"' -f 4
}

# 1. Get a token with the client's id and secret. It is good for ten minutes; then the program gets the next one.
granted=$(send "$api/oauth/token" -u "$QUAYMASTER_CLIENT_ID:$QUAYMASTER_CLIENT_SECRET" -d grant_type=client_credentials)
token=$(echo "$granted" | field access_token)

# 2. Send it with every request.
accounts=$(send "$api/accounts" -H "Authorization: Bearer $token")
for number in $(echo "$accounts" | field account_number); do
  echo "may see $number"
done
