#!/usr/bin/env bash
# The steps of action.yml. They read the inputs from environment variables, and never run an input as a command.
# Runs in bash 3.2, the version of macOS.
set -euo pipefail

# Reports an error as an annotation, and exits with the code of wrong usage.
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

# Prints the paths of the files that the program is built from.
list_source_files() {
  find Cargo.toml Cargo.lock rust-toolchain.toml src rules -type f | LC_ALL=C sort
}

# Prints a hash of the paths and contents of these files. Each release contains its hash in the file SOURCE_HASH.
hash_source_files() {
  local files
  files=$(list_source_files)
  # With this GIT_DIR, git only computes hashes and reads no repository.
  {
    printf '%s\n' "$files"
    GIT_DIR=/dev/null git hash-object --no-filters --stdin-paths <<<"$files"
  } | GIT_DIR=/dev/null git hash-object --stdin
}

print_source_hash() {
  cd -- "$(dirname "$0")"
  hash_source_files
}

# Sets the cache key, which depends on the source files, and the folder of the program.
prepare() {
  cd -- "$GITHUB_ACTION_PATH"
  local hash key
  hash=$(hash_source_files)
  # A program that was built on one image may not run on another.
  key=$(printf '%s\n' "$hash" "${ImageOS-}" "${ImageVersion-}" | GIT_DIR=/dev/null git hash-object --stdin)
  output key "$key"
  output install-dir "${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/dateline/$key"
}

# Prints a value of Cargo.toml.
manifest_value() {
  sed -n "s/^$1 = \"\(.*\)\"/\1/p" Cargo.toml | head -n 1
}

# Prints the targets whose programs may run here, the preferred one first.
list_targets() {
  case $(uname -s)/$(uname -m) in
    Linux/x86_64) echo 'x86_64-unknown-linux-gnu x86_64-unknown-linux-musl' ;;
    Linux/aarch64) echo 'aarch64-unknown-linux-gnu aarch64-unknown-linux-musl' ;;
    Darwin/x86_64) echo x86_64-apple-darwin ;;
    Darwin/arm64) echo aarch64-apple-darwin ;;
    MINGW*/x86_64 | MSYS*/x86_64) echo x86_64-pc-windows-msvc ;;
  esac
}

# Downloads a file of the release to `$RUNNER_TEMP`, and sets `is_fetched`.
fetch() {
  is_fetched=true
  curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --max-time 300 \
    --output "$RUNNER_TEMP/$1" -- "$releases/v$version/$1" || is_fetched=false
}

hash_file() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi <"$1" | cut -d ' ' -f 1
}

# Sets `releases` to the address of the releases, or to nothing if there are none.
find_releases() {
  releases=${DATELINE_RELEASES:-$(manifest_value repository)/releases/download}
  case $releases in
    # OWNER is a placeholder, and somebody else may own that address.
    */OWNER/*) releases= ;;
    *@*) refuse 'DATELINE_RELEASES must not contain a user name' ;;
    https://* | http://127.0.0.1:[0-9]*/*) ;;
    *) refuse "DATELINE_RELEASES must be an https address, not \"$releases\"" ;;
  esac
}

# Installs the program of the release that was built from the same source files, if there is one that runs. A wrong
# checksum is an error, because somebody may have replaced the file.
install_release() {
  local version hash targets releases is_fetched target name expected actual
  find_releases
  [ -n "$releases" ] || return 0
  version=$(manifest_value version)
  hash=$(hash_source_files)
  targets=$(list_targets)
  fetch SOURCE_HASH
  if ! "$is_fetched" || [ "$(cat "$RUNNER_TEMP/SOURCE_HASH")" != "$hash" ]; then
    echo "v$version has no release of these source files"
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
    # On standard input, because tar reads the `D:` of a path on Windows as the name of a host.
    tar -xz -f - -C "$RUNNER_TEMP" <"$RUNNER_TEMP/$name.tar.gz" || continue
    mkdir -p "$DATELINE_INSTALL_DIR/bin"
    cp "$RUNNER_TEMP/$name"/dateline* "$DATELINE_INSTALL_DIR/bin" || continue
    ! "$DATELINE_INSTALL_DIR/bin/dateline" --version >/dev/null 2>&1 || return 0
  done
}

# Downloads or builds the program, unless the cache contains one that runs. Calls cargo in the folder of
# rust-toolchain.toml.
install() {
  ! "$DATELINE_INSTALL_DIR/bin/dateline" --version >/dev/null 2>&1 || return 0
  cd -- "$GITHUB_ACTION_PATH"
  install_release
  ! "$DATELINE_INSTALL_DIR/bin/dateline" --version >/dev/null 2>&1 || return 0
  command -v cargo >/dev/null || refuse 'the Action builds Dateline with cargo, which this runner does not have'
  cargo install --locked --path . --root "$DATELINE_INSTALL_DIR" --target-dir "$RUNNER_TEMP/dateline-target" --force
}

# Appends the lines of a text to `arguments`, except empty ones.
add_lines() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    # A diff contains lines of pages, and the runner would execute a line that looks like a command.
    [ "$line" != --diff ] || refuse 'the Action does not take --diff: run it yourself'
    [ -z "$line" ] || arguments+=("$line")
  done <<<"$1"
}

# Runs the program, and sets `code`. Its messages may contain names of files, inputs or text of pages that look like
# commands, so they are printed while the runner executes no commands.
run() {
  local stderr_file=$RUNNER_TEMP/dateline.stderr token
  "$DATELINE_INSTALL_DIR/bin/dateline" "$@" 2>"$stderr_file" || code=$?
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  cat "$stderr_file"
  printf '::%s::\n' "$token"
}

# Lets the next step upload SARIF, except on a pull request from a fork, whose token does not permit it.
allow_upload() {
  if [ -z "$DATELINE_HEAD" ] || [ "$DATELINE_HEAD" = "${GITHUB_REPOSITORY-}" ]; then
    output upload true
  else
    printf '::notice title=Dateline::SARIF is not uploaded: the token of a pull request from a fork does not permit it\n'
  fi
}

# Checks the archive, first for SARIF if the inputs ask for it, then for annotations. Exits with the program's code.
check() {
  local since='' sarif='' code=0
  local arguments=(check)
  local workspace
  workspace=$(cd -- "${GITHUB_WORKSPACE:-.}" && pwd -P)
  cd -- "$DATELINE_WORKING_DIRECTORY" || refuse "cannot go to the folder \"$DATELINE_WORKING_DIRECTORY\""
  # A commit can replace the folder with a symbolic link.
  case $(pwd -P)/ in
    "$workspace"/*) ;;
    *) refuse "the folder \"$DATELINE_WORKING_DIRECTORY\" is outside the repository" ;;
  esac
  case $DATELINE_SARIF in
    false) ;;
    true | upload) sarif=$RUNNER_TEMP/dateline.sarif ;;
    *) refuse "sarif must be true, false or upload, not \"$DATELINE_SARIF\"" ;;
  esac
  case $DATELINE_SINCE in
    all) ;;
    auto) [ -z "${GITHUB_BASE_REF:-}" ] || since=origin/$GITHUB_BASE_REF... ;;
    *) since=$DATELINE_SINCE ;;
  esac
  add_lines "$DATELINE_ARGS"
  [ -z "$since" ] || arguments+=("--since=$since")
  [ -z "$DATELINE_BASELINE" ] || arguments+=("--baseline=$DATELINE_BASELINE")
  local options=${#arguments[@]}
  arguments+=(--)
  add_lines "$DATELINE_PATHS"

  if [ -n "$sarif" ]; then
    run "${arguments[@]:0:options}" --fail-on=never --output-format=sarif --output-file="$sarif" --quiet \
      "${arguments[@]:options}"
    [ "$code" -ne 0 ] || output sarif "$sarif"
    [ "$code" -ne 0 ] || [ "$DATELINE_SARIF" != upload ] || allow_upload
  fi
  # If the arguments are wrong, one run has already said so.
  if [ "$code" -eq 0 ]; then
    run "${arguments[@]:0:options}" --fail-on="$DATELINE_FAIL_ON" --output-format=github "${arguments[@]:options}"
  fi
  # The script does not ask git, which could discover a repository that somebody committed inside the archive.
  if [ "$code" -gt 1 ] && grep -qF '; in a shallow clone, fetch the commit first' "$RUNNER_TEMP/dateline.stderr"; then
    refuse "the repository was fetched without its history: give actions/checkout \"fetch-depth: 0\""
  fi
  exit "$code"
}

case ${1-} in
  prepare | install | check) "$1" ;;
  source-hash) print_source_hash ;;
  *) refuse 'usage: action.sh prepare|install|check|source-hash' ;;
esac
