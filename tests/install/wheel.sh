#!/usr/bin/env bash
# Builds a wheel with maturin, installs it with pip and uv, and lets pre-commit install it as docs/pre-commit.md
# describes. Also packs the source distribution, and compares its files with those that are needed.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "wheel: $1" >&2
  exit 1
}

# A release build would take minutes.
maturin build --quiet --profile dev --locked --compatibility linux \
  --manifest-path "$root/Cargo.toml" --out "$folder/wheels"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)

# The build backend of the empty package that pre-commit installs with each hook.
awk '/^[a-z]/ { inside = /^setuptools==/ } inside' "$root/.ci/packaging.txt" >"$folder/setuptools.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
  --requirement "$folder/setuptools.txt" --dest "$folder/wheels"

# From here on, pip must find this wheel, and not a package of the same name that somebody else has published.
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$folder/wheels
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dateline
[ "$(venv/bin/dateline --version)" = "dateline $version" ] || fail 'another version runs'
code=0
venv/bin/dateline check --quiet "$root/fixtures/broken" >report || code=$?
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
export PRE_COMMIT_HOME=$folder/pre-commit
git init --quiet archive
cd archive
awk '/^```yaml file=.pre-commit-config.yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
  "$root/docs/pre-commit.md" >.pre-commit-config.yaml
[ "$(grep -cF "dateline==$version" .pre-commit-config.yaml)" -eq 2 ] ||
  fail 'the documentation installs another version'
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
printf '[x](/gone.md)\n' >about.md
if pre-commit run dateline --hook-stage manual --all-files >../log || ! grep -q 'link/not-found' ../log; then
  fail "the hook for all pages does not report the link: $(cat ../log)"
fi

# The source distribution contains the files of the crate, and what pip needs to build it.
cd "$root"
maturin sdist --out "$folder/sdist" 2>"$folder/log" || fail "no source distribution: $(cat "$folder/log")"
{
  cargo package --list --allow-dirty --offline | grep -vxF -e .cargo_vcs_info.json -e Cargo.toml.orig
  printf '%s\n' PKG-INFO pyproject.toml
} | LC_ALL=C sort >"$folder/expected"
tar -tzf "$folder/sdist/dateline-$version.tar.gz" | sed "s|^dateline-$version/||" | LC_ALL=C sort >"$folder/packed"
diff "$folder/expected" "$folder/packed" || fail 'other files are in the source distribution'
echo 'wheel: built, installed with pip, uv and pre-commit, ran'
