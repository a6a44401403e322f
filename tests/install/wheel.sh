#!/usr/bin/env bash
# Builds a wheel with maturin, installs it with pip and uv, and lets pre-commit install it as docs/pre-commit.md
# describes.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "wheel: $1" >&2
  exit 1
}

# A release build would take minutes.
maturin build --quiet --profile dev --locked --compatibility linux \
  --manifest-path "$top/Cargo.toml" --out "$folder/wheels"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$top/Cargo.toml" | head -n 1)

# The tests must not find this wheel, or another program, elsewhere.
unset PIP_FIND_LINKS
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-index --find-links wheels dateline
[ "$(venv/bin/dateline --version)" = "dateline $version" ] || fail 'another version runs'
code=0
venv/bin/dateline check --quiet "$top/fixtures/broken" >report || code=$?
[ "$code" -eq 1 ] || fail "exit code $code instead of 1"
venv/bin/pip show --files dateline >about
for line in "Version: $version" 'Summary: A linter' ': MIT OR Apache-2.0' '  ../../../bin/dateline'; do
  grep -qF -- "$line" about || fail "this is not in the metadata: $line"$'\n'"$(cat about)"
done
! grep -q '\.py$' about || fail "the wheel contains code: $(cat about)"
shown=$(uvx --quiet --offline --no-index --find-links wheels --cache-dir uv dateline --version)
[ "$shown" = "dateline $version" ] || fail "uvx runs another program: $shown"

# A commit with the configuration in the documentation.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Ilse GIT_AUTHOR_EMAIL=ilse@example.org GIT_COMMITTER_NAME=Ilse GIT_COMMITTER_EMAIL=ilse@example.org
export PRE_COMMIT_HOME=$folder/pre-commit PIP_FIND_LINKS=$folder/wheels
git init --quiet archive
cd archive
awk '/^```yaml file=.pre-commit-config.yaml wheel$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
  "$top/docs/pre-commit.md" >.pre-commit-config.yaml
grep -qF "dateline==$version" .pre-commit-config.yaml || fail 'the documentation installs another version'
mkdir -p news/2012/03/25
printf '## [2012-03-25](/news/2012/03/25/index.md)\n' >news/2012/03/25/index.md
git add --all
git commit --quiet --message 'Add a page'
pre-commit install >/dev/null
printf '[x](/gone.md)\n' >about.md
git add about.md
code=0
git commit --quiet --message 'Break a link' >../log 2>&1 || code=$?
if [ "$code" -ne 1 ] || ! grep -q 'link/not-found' ../log; then
  fail "the hook does not stop the commit: $(cat ../log)"
fi
installed=("$PRE_COMMIT_HOME"/*/py_env-*/bin/dateline)
cmp "${installed[0]}" ../venv/bin/dateline || fail 'pre-commit installed another program'
printf '[x](/news/2012/03/25/index.md)\n' >about.md
git add about.md
git commit --quiet --message 'Add a link' >../log 2>&1 || fail "the hook stops the commit: $(cat ../log)"
echo 'wheel: built, installed with pip, uv and pre-commit, ran'
