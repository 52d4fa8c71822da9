#!/bin/sh
# Writes web/src/api/schema.ts, the types of the API, from the schemas that the program puts into its OpenAPI document.
#
# usage: scripts/api_types.sh [FILE]      FILE: another place to write to
set -eu
cd "$(dirname "$0")/.."
file=$(realpath -m "${1:-web/src/api/schema.ts}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The schemas are what the pages need; paths and parameters stay in src/api by hand, a line each.
jq '{openapi: "3.1.0", info: {title: "Ferry", version: "1"}, paths: {}, components: {schemas: .}}' src/http/schemas.json >"$folder/openapi.json"
cd web
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npx --no-install openapi-typescript "$folder/openapi.json" --root-types --root-types-no-schema-prefix --output "$folder/schema.ts" >/dev/null
mv "$folder/schema.ts" "$file"
