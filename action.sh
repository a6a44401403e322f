#!/usr/bin/env bash
# The steps of action.yml. Inputs come in by variables of the environment, and none of them is ever taken for a command.
# Written for bash 3.2, which macOS has.
set -euo pipefail

# Fails as `dateline` does on wrong usage, and says why where GitHub shows it.
refuse() {
  local text=$1
  text=${text//'%'/'%25'}
  text=${text//$'\r'/'%0D'}
  text=${text//$'\n'/'%0A'}
  printf '::error title=Dateline::%s\n' "$text"
  exit 2
}

output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Prints the names of the files that the program is built from.
list_sources() {
  find Cargo.toml Cargo.lock rust-toolchain.toml src rules -type f | LC_ALL=C sort
}

# Prints a hash of the names and contents of these files. Each release contains its hash in the file SOURCES.
hash_sources() {
  local sources
  sources=$(list_sources)
  # Git only adds up here: it belongs to no repository.
  {
    printf '%s\n' "$sources"
    GIT_DIR=/dev/null git hash-object --no-filters --stdin-paths <<<"$sources"
  } | GIT_DIR=/dev/null git hash-object --stdin
}

sources() {
  cd -- "$(dirname "$0")"
  hash_sources
}

# Sets the cache key, which depends on the sources, and the folder of the program.
prepare() {
  cd -- "$GITHUB_ACTION_PATH"
  local hash key
  hash=$(hash_sources)
  # A program built on one image need not run on another.
  key=$(printf '%s\n' "$hash" "${ImageOS-}" "${ImageVersion-}" | GIT_DIR=/dev/null git hash-object --stdin)
  output key "$key"
  output root "${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/dateline/$key"
}

# Prints a value of Cargo.toml.
manifest() {
  sed -n "s/^$1 = \"\(.*\)\"/\1/p" Cargo.toml | head -n 1
}

# Prints the targets whose programs may run here, the best one first.
list_targets() {
  case $(uname -s)/$(uname -m) in
    Linux/x86_64) echo 'x86_64-unknown-linux-gnu x86_64-unknown-linux-musl' ;;
    Linux/aarch64) echo 'aarch64-unknown-linux-gnu aarch64-unknown-linux-musl' ;;
    Darwin/x86_64) echo x86_64-apple-darwin ;;
    Darwin/arm64) echo aarch64-apple-darwin ;;
    MINGW*/x86_64 | MSYS*/x86_64) echo x86_64-pc-windows-msvc ;;
  esac
}

# Downloads a file of the release into `$RUNNER_TEMP`, and sets `is_fetched`.
fetch() {
  is_fetched=true
  curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --max-time 300 \
    --output "$RUNNER_TEMP/$1" -- "$releases/v$version/$1" || is_fetched=false
}

hash_file() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi <"$1" | cut -d ' ' -f 1
}

# Installs the program of the release that was built from the same sources, if there is one. A wrong checksum
# is an error, because somebody may have replaced the file.
download() {
  local version hash targets releases is_fetched target name expected actual
  version=$(manifest version)
  hash=$(hash_sources)
  targets=$(list_targets)
  releases=${DATELINE_RELEASES:-$(manifest repository)/releases/download}
  # OWNER is a placeholder, and somebody else may own that address.
  case $releases in */OWNER/*) return 0 ;; esac
  fetch SOURCES
  if ! "$is_fetched" || [ "$(cat "$RUNNER_TEMP/SOURCES")" != "$hash" ]; then
    echo "there is no release v$version of these sources"
    return 0
  fi
  fetch SHA256SUMS
  "$is_fetched" || return 0
  for target in $targets; do
    name=dateline-v$version-$target
    expected=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$RUNNER_TEMP/SHA256SUMS")
    [ -n "$expected" ] || continue
    fetch "$name.tar.gz"
    "$is_fetched" || continue
    actual=$(hash_file "$RUNNER_TEMP/$name.tar.gz")
    [ "$actual" = "$expected" ] ||
      refuse "$releases/v$version/$name.tar.gz does not have the checksum of the release"
    tar -xzf "$RUNNER_TEMP/$name.tar.gz" -C "$RUNNER_TEMP"
    mkdir -p "$DATELINE_ROOT/bin"
    cp "$RUNNER_TEMP/$name"/dateline* "$DATELINE_ROOT/bin"
    ! "$DATELINE_ROOT/bin/dateline" --version >/dev/null 2>&1 || return 0
  done
}

# Downloads or builds the program, unless the cache contains one that runs. Calls cargo in the folder of
# rust-toolchain.toml.
install() {
  ! "$DATELINE_ROOT/bin/dateline" --version >/dev/null 2>&1 || return 0
  cd -- "$GITHUB_ACTION_PATH"
  download
  ! "$DATELINE_ROOT/bin/dateline" --version >/dev/null 2>&1 || return 0
  command -v cargo >/dev/null || refuse 'the Action builds Dateline with cargo, which this runner does not have'
  cargo install --locked --path . --root "$DATELINE_ROOT" --target-dir "$RUNNER_TEMP/dateline-target" --force
}

# Appends the lines of a text to `words`, but for empty ones.
add_lines() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    # A patch holds lines of pages, of which one may be a command to the runner.
    [ "$line" != --diff ] || refuse 'the Action does not take --diff: run it yourself'
    [ -z "$line" ] || words+=("$line")
  done <<<"$1"
}

# Runs the program, and sets `code`. What it says beside its report may repeat names of files, inputs, or texts of pages, of
# which none is to be a command to the runner, so it is shown where commands do not hold.
run() {
  local said=$RUNNER_TEMP/dateline.stderr token
  "$DATELINE_ROOT/bin/dateline" "$@" 2>"$said" || code=$?
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  cat "$said"
  printf '::%s::\n' "$token"
}

# Has SARIF uploaded, but for a pull request from a fork: its token may not.
allow_upload() {
  if [ -z "$DATELINE_HEAD" ] || [ "$DATELINE_HEAD" = "${GITHUB_REPOSITORY-}" ]; then
    output upload true
  else
    printf '::notice title=Dateline::SARIF is not uploaded: the token of a pull request from a fork may not\n'
  fi
}

# Checks once for SARIF, if that is asked for, and once for annotations; the exit code is that of the program.
check() {
  local since='' sarif='' code=0
  local words=(check)
  local top
  top=$(cd -- "${GITHUB_WORKSPACE:-.}" && pwd -P)
  cd -- "$DATELINE_WORKING_DIRECTORY" || refuse "cannot go to the folder \"$DATELINE_WORKING_DIRECTORY\""
  # A commit can put a link where the folder was.
  case $(pwd -P)/ in
    "$top"/*) ;;
    *) refuse "the folder \"$DATELINE_WORKING_DIRECTORY\" is outside the repository" ;;
  esac
  case $DATELINE_SARIF in
    false) ;;
    true | upload) sarif=$RUNNER_TEMP/dateline.sarif ;;
    *) refuse "sarif is to be true, false or upload, not \"$DATELINE_SARIF\"" ;;
  esac
  case $DATELINE_SINCE in
    all) ;;
    auto) [ -z "${GITHUB_BASE_REF:-}" ] || since=origin/$GITHUB_BASE_REF... ;;
    *) since=$DATELINE_SINCE ;;
  esac
  add_lines "$DATELINE_ARGS"
  [ -z "$since" ] || words+=("--since=$since")
  [ -z "$DATELINE_BASELINE" ] || words+=("--baseline=$DATELINE_BASELINE")
  local options=${#words[@]}
  words+=(--)
  add_lines "$DATELINE_PATHS"

  if [ -n "$sarif" ]; then
    run "${words[@]:0:options}" --fail-on=never --output-format=sarif --output-file="$sarif" --quiet "${words[@]:options}"
    [ "$code" -ne 0 ] || output sarif "$sarif"
    [ "$code" -ne 0 ] || [ "$DATELINE_SARIF" != upload ] || allow_upload
  fi
  # What is wrong with the arguments is said once.
  if [ "$code" -eq 0 ]; then
    run "${words[@]:0:options}" --fail-on="$DATELINE_FAIL_ON" --output-format=github "${words[@]:options}"
  fi
  # Git is not asked here: in the folder of an archive it could discover a repository that somebody committed there.
  if [ "$code" -gt 1 ] && grep -qF '; in a shallow clone, fetch the commit first' "$RUNNER_TEMP/dateline.stderr"; then
    refuse "the repository was fetched without its history: give actions/checkout \"fetch-depth: 0\""
  fi
  exit "$code"
}

case ${1-} in
  prepare | install | check | sources) "$1" ;;
  *) refuse 'usage: action.sh prepare|install|check|sources' ;;
esac
