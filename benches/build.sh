#!/usr/bin/env bash
# Builds `dateline`, and `floor`, which only walks, reads and parses. Prints two lines: the commands with which they
# process an archive.
set -euo pipefail
if [ "$#" -ne 1 ]; then
  echo "usage: benches/build.sh ARCHIVE" >&2
  exit 2
fi
archive=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
"$cargo" build --release --bins
built=$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)
# Cargo prints the path of the program that it built.
floor=$("$cargo" bench --bench floor --no-run 2>&1 | sed -n 's/^ *Executable .*(\(.*\))$/\1/p')
floor=$(cd "$(dirname "$floor")" && pwd)/${floor##*/}
echo "$built/dateline check $archive --quiet --output-format json"
echo "$floor $archive"
