#!/bin/sh
# Write the JSON Schemas of the things that Graph speaks of, from Microsoft's own types for TypeScript.
# The types are © Microsoft, MIT licence: https://www.npmjs.com/package/@microsoft/microsoft-graph-types (2.43.1).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent @microsoft/microsoft-graph-types@2.43.1 ts-json-schema-generator@2.4.0
for type in Message Event MailFolder ScheduleInformation; do
  npx --no-install ts-json-schema-generator --no-type-check --minify --jsDoc none --type "$type" \
    --path node_modules/@microsoft/microsoft-graph-types/microsoft-graph.d.ts --out "$here/$type.json"
done
