#!/usr/bin/env bash
# Packs the npm packages of a release, installs that for this platform in a new folder, and runs the program with npx.
# The argument is the program to pack.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
program=$(realpath -- "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
target=$(rustc -vV | sed -n 's/^host: //p')

fail() {
  echo "npm: $1" >&2
  exit 1
}

# The debug information makes up nine tenths of a debug build.
strip -o "$folder/dateline" "$program"
# On the other platforms, a script stands in for the program.
printf '#!/bin/sh\nexec %q "$@"\n' "$folder/dateline" >"$folder/script"
chmod +x "$folder/script"
targets=$(sed -n 's/^  "\([a-z0-9_]*-[a-z0-9_-]*\)": {.*/\1/p' "$root/npm/build.mjs")
for one in $targets; do
  if [ "$one" = "$target" ]; then built=$folder/dateline; else built=$folder/script; fi
  "$root/.ci/pack" "$one" "$built" "$folder/archives"
done
"$root/.ci/npm-packages" "$folder/archives" "$folder/packages" >"$folder/packed"
[ "$(wc -l <"$folder/packed")" -eq $(($(wc -w <<<"$targets") + 1)) ] ||
  fail "a package for each platform and the launcher should be packed: $(cat "$folder/packed")"

# Without the program for one platform, there is no release.
mkdir "$folder/others"
mv "$folder/archives"/*-windows-* "$folder/others"
if "$root/.ci/npm-packages" "$folder/archives" "$folder/incomplete" 2>"$folder/err" ||
  ! grep -qx 'error: there is no program for x86_64-pc-windows-msvc' "$folder/err"; then
  fail "the missing program is not reported: $(cat "$folder/err")"
fi

# All packages are published, the launcher last. A script stands in for npm.
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
mkdir "$folder/bin"
# shellcheck disable=SC2016 # the script expands these, not this one
printf '#!/bin/sh\n[ "$1" = view ] && echo "$2" >>"$0.asked" || basename "$4"\n' >"$folder/bin/npm"
chmod +x "$folder/bin/npm"
PATH=$folder/bin:$PATH "$root/.ci/publish" npm "$folder/packages" >"$folder/published"
diff <(sort "$folder/packed") <(sort "$folder/published") || fail 'other packages are published than packed'
[ "$(tail -n 1 "$folder/published")" = "dateline-cli-$version.tgz" ] || fail 'the launcher is not published last'
[ "$(grep -cE "^@dateline/cli(-[a-z0-9-]+)?@$version\$" "$folder/bin/npm.asked")" -eq "$(wc -l <"$folder/packed")" ] ||
  fail "other names are looked up: $(cat "$folder/bin/npm.asked")"

cd "$folder"
tar -xzf packages/dateline-cli-win32-x64-*.tgz
[ -f package/dateline.exe ] || fail 'the program for Windows has another name'
case $target in
  x86_64-*) platform=linux-x64-gnu ;;
  *) platform=linux-arm64-gnu ;;
esac
mkdir project
cd project
npm init --yes >/dev/null
# The packages for other platforms are not there. They are optional, so this is no error.
npm install --silent --offline --no-audit --no-fund ../packages/dateline-cli-[0-9]*.tgz \
  ../packages/dateline-cli-"$platform"-*.tgz
for key in homepage bugs; do
  grep -q "\"$key\": \"https://" node_modules/@dateline/cli/package.json || fail "no $key in package.json"
done

[ "$(npx --no -- dateline --version)" = "dateline $version" ] || fail 'another version runs'

# expect CODE ARGUMENT...: npx passes on the exit code of the program.
expect() {
  local code=0
  npx --no -- dateline "${@:2}" >out 2>err || code=$?
  [ "$code" -eq "$1" ] || fail "exit code $code instead of $1: ${*:2}: $(cat out err)"
}
expect 0 check "$root/fixtures/gazette"
expect 1 check "$root/fixtures/broken" --output-format concise
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
# The program prints nothing, so wait until it has installed its handlers and sleeps.
def status(process, key):
    with open(f"/proc/{process}/status") as file:
        return next(line.split()[1] for line in file if line.startswith(key))
children = []
while not children:
    time.sleep(0.05)
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = file.read().split()
while True:
    try:
        if status(children[0], "Name:") == "dateline" and status(children[0], "State:") == "S":
            break
    except (FileNotFoundError, StopIteration):
        sys.exit("the program has ended")
    time.sleep(0.05)
os.write(terminal, b"\x03")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' node_modules/.bin/dateline check --stdin-filename a.md --isolated || code=$?
[ "$code" -eq 130 ] || fail "exit code $code after Ctrl-C"

# The loader exits with 1 if it finds no suitable glibc. To npx, this would mean that there are findings.
program=$(readlink -f node_modules/@dateline/cli-*/dateline)
rm "$program"
printf '#!/bin/sh\necho "version GLIBC_2.99 not found" >&2\nexit 1\n' >"$program"
chmod +x "$program"
expect 2 check "$root/fixtures/gazette"
grep -q 'GLIBC_2.99' err || fail "the message of the loader is missing: $(cat err)"
grep -q '^help: install Dateline with pip, uv or cargo instead$' err || fail "the help is missing: $(cat err)"

# Without the package for the platform, the launcher says what to do.
rm -r node_modules/@dateline/cli-*
expect 2 --version
grep -q '^help: .*reinstall @dateline/cli' err || fail "the message is missing: $(cat err)"
echo "npm: packed, installed, ran"
