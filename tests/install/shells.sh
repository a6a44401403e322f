#!/usr/bin/env bash
# Installs the completions in bash, zsh and fish with the commands of docs/installation.md, in a new home folder, and
# completes commands, options and rules in each shell. The argument is the program to test.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/home"
ln -s "$(realpath -- "$1")" "$folder/bin/dateline"
export HOME=$folder/home PATH=$folder/bin:$PATH
unset XDG_CONFIG_HOME XDG_DATA_HOME ZDOTDIR
awk '/^## / { inside = /^## Completions$/ } inside && /^```$/ { exit } fence; inside && /^```sh$/ { fence = 1 }' \
  "$root/docs/installation.md" >"$folder/commands"
grep -q '^dateline completions fish' "$folder/commands"
sh -eu "$folder/commands"

# Prints what bash offers for a line, one word per line.
in_bash() {
  bash --norc -euc '
    set +e
    source "$1"
    read -ra COMP_WORDS <<<"$2"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    complete -p dateline | grep -qF -- "-F _dateline" || exit
    _dateline dateline "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"
  ' bash ~/.local/share/bash-completion/completions/dateline "$1"
}

# Prints what fish offers for a line, one word per line, each with a description after a tab.
in_fish() {
  fish --command "complete --do-complete '$1'" | cut -f 1
}

# Types a line and a tab into an interactive zsh, and prints the completed line.
in_zsh() {
  zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -i
    zpty -w shell "PS1= TERM=dumb"
    zpty -w shell "show() { print -r -- \"[[\$BUFFER]]\"; BUFFER=; zle accept-line }; zle -N show; bindkey ^X show; bindkey ^I expand-or-complete; echo RE\ADY"
    zpty -r -m shell line "*READY*"
    zpty -w -n shell "$1"$'"'\\t\\x18'"'
    zpty -r -m shell line "*\[\[*\]\]*"
    line=${line##*\[\[}
    print -r -- "${line%%\]\]*}"
  ' zsh "$1"
}

# expect SHELL LINE WORD: the shell completes the last word of the line to this word.
expect() {
  local found
  found=$("in_$1" "$2")
  # zsh prints the whole line, and ends options with `=` and other words with a space.
  if ! grep -qE -e "(^| )$3[= ]?\$" <<<"$found"; then
    printf '%s completes "%s" to this, not to "%s":\n%s\n' "$1" "$2" "$3" "$found" >&2
    exit 1
  fi
}

for shell in bash zsh fish; do
  expect "$shell" 'dateline compl' completions
  expect "$shell" 'dateline sources cr' crawl
  expect "$shell" 'dateline check --stdin-f' --stdin-filename
  expect "$shell" 'dateline check --output-format gitl' gitlab
  expect "$shell" 'dateline explain related/not-f' related/not-found
  expect "$shell" 'dateline check --select front-matter/inv' front-matter/invalid
done
echo 'bash, zsh and fish complete commands, options and rules'
