#!/bin/sh
# Packages the extension for VS Code, as docs/editors.md says, in a temporary folder.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R editors/vscode/. "$folder"
cd "$folder"
npm install --no-audit --no-fund --silent
npm run --silent package >/dev/null 2>package.log || { cat package.log >&2; exit 1; }
test -s dateline-*.vsix
echo "the extension is packaged: $(ls dateline-*.vsix)"
