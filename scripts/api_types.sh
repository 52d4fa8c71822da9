#!/bin/sh
# Writes web/src/api/schema.ts, the types of the API, from the OpenAPI document that the program serves.
#
# usage: scripts/api_types.sh FERRY [FILE]      FILE: another place to write to
set -eu
ferry=$(realpath "$1")
cd "$(dirname "$0")/.."
file=$(realpath -m "${2:-web/src/api/schema.ts}")
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
"$ferry" serve --listen 127.0.0.1:0 --data "$folder/data" --no-sample >"$folder/log" 2>&1 &
server=$!
for _ in $(seq 100); do
	url=$(sed -n 's/.*serving at \(http[^ ]*\).*/\1/p' "$folder/log")
	[ -z "$url" ] || break
	sleep 0.1
done
# The schemas are what the pages need; paths and parameters stay in src/api by hand, a line each.
curl -fsS "${url:?the server did not start: $(cat "$folder/log")}/api/openapi.json" | jq '.paths = {}' >"$folder/openapi.json"
cd web
npx --no-install openapi-typescript "$folder/openapi.json" --root-types --root-types-no-schema-prefix --output "$folder/schema.ts" >/dev/null
mv "$folder/schema.ts" "$file"
