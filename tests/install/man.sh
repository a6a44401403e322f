#!/usr/bin/env bash
# Formats each manual page with man and with mandoc. The argument is the program to test.
set -euo pipefail

dateline=$(realpath -- "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$dateline" man "$folder"
"$dateline" man | cmp - "$folder/dateline.1"

count=0
for page in "$folder"/*.1; do
  name=$(basename "$page" .1)
  # groff prints its warnings on standard error.
  MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l "$page" >"$folder/text" 2>"$folder/errors"
  if [ -s "$folder/errors" ] || ! grep -Eq "^ *$name +- +." "$folder/text" ||
    ! tail -n 1 "$folder/text" | grep -q '^dateline [0-9]'; then
    echo "man does not format $name as expected:" >&2
    cat "$folder/errors" "$folder/text" >&2
    exit 1
  fi
  count=$((count + 1))
done
# Prints its warnings, and fails if there are any.
mandoc -T lint -W warning "$folder"/*.1
# Without this, a version of mandoc that only prints warnings would go unnoticed.
printf '.TH a 1 " " b\n' >"$folder/wrong"
if mandoc -T lint -W warning "$folder/wrong" >/dev/null; then
  echo 'mandoc accepts a page without a date' >&2
  exit 1
fi
mandoc -T html "$folder/dateline-check.1" >"$folder/html"
grep -q 'stdin-filename' "$folder/html"
echo "man and mandoc accept $count manual pages"
