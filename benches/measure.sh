#!/usr/bin/env bash
# Measures Dateline, and a bare walk, read and parse, on made archives of growing size. Records the results in
# benches/results.json, from which benches/plot.py makes the figures of docs/performance.md. Needs hyperfine, GNU time
# and Python 3. An archive of 1,000,000 pages takes 4.2 GB in the folder TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Measures an archive of this many pages, with a defect for every tenth page.
measure() {
  local pages=$1 archive=$folder/$1 programs dateline floor
  "${CARGO:-cargo}" run --release --example make-archive -- \
    --pages "$pages" --seed 1 --defects "$((pages / 10))" "$archive"
  programs=$(benches/build.sh "$archive")
  dateline=${programs%%$'\n'*}
  floor=${programs##*$'\n'}
  python3 benches/measure.py --results benches/results.json --pages "$pages" \
    dateline "$dateline" floor "$floor"
  rm -rf "$archive"
}

[ "$#" -gt 0 ] || set -- 15000 100000 1000000
for pages in "$@"; do
  measure "$pages"
done
python3 benches/plot.py
