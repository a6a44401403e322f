#!/usr/bin/env bash
# Packs the npm packages, installs them in a new folder, and runs the program with npx. The argument is
# the program to pack.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd -P)
program=$(realpath -- "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
target=$(rustc -vV | sed -n 's/^host: //p')

fail() {
  echo "npm: $1" >&2
  exit 1
}

# A debug build is ten times as large with its debug information.
strip -o "$folder/dateline" "$program"
node "$top/npm/build.mjs" "$folder/packages" "$target=$folder/dateline"
cd "$folder"
npm pack --silent --pack-destination "$folder" ./packages/* >"$folder/packed"
[ "$(wc -l <packed)" -eq 2 ] || fail "two packages are to be packed: $(cat packed)"
mkdir project
cd project
npm init --yes >/dev/null
# The packages for other platforms are not there. They are optional, so this is no error.
npm install --silent --offline --no-audit --no-fund ../*.tgz

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$top/Cargo.toml" | head -n 1)
[ "$(npx --no -- dateline --version)" = "dateline $version" ] || fail 'another version runs'

# expect CODE ARGUMENT...: npx passes on the exit code of the program.
expect() {
  local code=0
  npx --no -- dateline "${@:2}" >out 2>err || code=$?
  [ "$code" -eq "$1" ] || fail "exit code $code instead of $1: ${*:2}: $(cat out err)"
}
expect 0 check "$top/fixtures/gazette"
expect 1 check "$top/fixtures/broken" --output-format concise
grep -q 'error\[date/link-mismatch\]' out || fail "the report is missing: $(cat out)"
expect 2 check --no-such-option
printf '# A\n' | npx --no -- dateline check --stdin-filename a.md --fix --isolated -q >out
[ "$(cat out)" = '# A' ] || fail 'the page on standard input is not printed'

# The launcher passes a signal on, and ends as the program does.
for signal in TERM INT HUP; do
  mkfifo fifo
  # A job of a shell without job control ignores SIGINT, and so would its children.
  env --default-signal=INT node_modules/.bin/dateline check --stdin-filename a.md --isolated <fifo >out 2>err &
  launcher=$!
  exec 3>fifo
  child=
  while [ -z "$child" ]; do
    child=$(cat "/proc/$launcher/task/$launcher/children")
    sleep 0.1
  done
  kill -s "$signal" "$launcher"
  code=0
  wait "$launcher" || code=$?
  exec 3>&-
  rm fifo
  [ "$code" -eq $((128 + $(kill -l "$signal"))) ] || fail "exit code $code after SIG$signal"
  for _ in $(seq 50); do
    [ -e "/proc/${child% }" ] || break
    sleep 0.1
  done
  [ ! -e "/proc/${child% }" ] || fail "the program still runs after SIG$signal"
done

# In a terminal, Ctrl-C reaches both the launcher and the program.
code=0
python3 -c '
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
time.sleep(1)
os.write(terminal, b"\x03")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' node_modules/.bin/dateline check --stdin-filename a.md --isolated || code=$?
[ "$code" -eq 130 ] || fail "exit code $code after Ctrl-C"

# Without the package for the platform, the launcher says what to do.
rm -r node_modules/@dateline/cli-*
expect 2 --version
grep -q 'reinstall @dateline/cli' err || fail "the message is missing: $(cat err)"
echo "npm: packed, installed, ran"
