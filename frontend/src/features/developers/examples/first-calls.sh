#!/bin/sh
# Signs in, lists the people of the account, writes with If-Match, adds an identifier and takes it away again.
# Needs curl. Set QUAYMASTER_URL, QUAYMASTER_USER and QUAYMASTER_PASSWORD first.
set -eu
api="$QUAYMASTER_URL/api/v1"
answer=$(mktemp -d)
trap 'rm -rf "$answer"' EXIT

# call METHOD PATH [curl's arguments…]: keeps the answer in files; a refusal is shown and ends the script.
call() {
  method=$1 path=$2
  shift 2
  status=$(curl -sS -X "$method" "$api$path" -D "$answer/head" -o "$answer/body" -w '%{http_code}' \
    -H "Authorization: Bearer ${token:-}" -H 'Content-Type: application/json' "$@")
  if [ "$status" -ge 400 ]; then
    echo "refused: $status $(field code): $(field detail)" >&2
    exit 1
  fi
}

# field NAME: the first text of this name in the answer. In a program of yours, use a JSON parser such as jq.
field() {
  grep -o "\"$1\":\"[^\"]*\"" "$answer/body" | head -n 1 | cut -d '"' -f 4
}

# 1. Sign in. The token is good for five minutes.
call POST /sessions -d "{\"user_id\": \"$QUAYMASTER_USER\", \"password\": \"$QUAYMASTER_PASSWORD\"}"
token=$(field access_token)
account=$(field account_id)

# 2. List the people of the account, page by page.
cursor=
while :; do
  call GET "/accounts/$account/users?limit=10${cursor:+&cursor=$cursor}"
  grep -o '"email":"[^"]*"' "$answer/body" | cut -d '"' -f 4
  cursor=$(field next_cursor)
  [ -n "$cursor" ] || break
done

# 3. Change a sub-account, unless somebody else did meanwhile: what was read is named by its ETag.
call GET "/accounts/$account/sub-accounts?limit=1"
sub_account=$(field id)
call GET "/accounts/$account/sub-accounts/$sub_account"
etag=$(tr -d '\r' <"$answer/head" | sed -n 's/^[Ee][Tt]ag: //p')
name=$(field name)
call PATCH "/accounts/$account/sub-accounts/$sub_account" -H "If-Match: $etag" -d "{\"name\": \"$name\"}"
echo "still called $name, version $etag"

# 4. Add an identifier. Sent again with the same key, e.g. after a time-out, it is not added twice.
key=$(date +%s)-$$
call POST "/accounts/$account/sub-accounts/$sub_account/identifiers" \
  -H "Idempotency-Key: $key" -d '{"kind": "importer_number", "value": "17-1000001W2"}'
identifier=$(field id)
echo "added $(field value): $(field state)"

# 5. Take it away again, and sign out.
call DELETE "/accounts/$account/sub-accounts/$sub_account/identifiers/$identifier"
call DELETE /sessions/current
