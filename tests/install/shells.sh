#!/usr/bin/env bash
# Installs the completions in bash, zsh and fish as docs/installation.md describes, and completes
# commands, options and rules in each shell. The argument is the program to test.
set -euo pipefail

dateline=$(realpath -- "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for shell in bash zsh fish; do
  "$dateline" completions "$shell" >"$folder/$shell"
done

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
  ' bash "$folder/bash" "$1"
}

# Prints what fish offers for a line, one word per line, each with a description after a tab.
in_fish() {
  fish --no-config --command "source $folder/fish; complete --do-complete '$1'" | cut -f 1
}

# Types a line and a tab into an interactive zsh, and prints the completed line.
in_zsh() {
  mkdir -p "$folder/site-functions"
  cp "$folder/zsh" "$folder/site-functions/_dateline"
  HOME=$folder zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1= TERM=dumb; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w shell "show() { print -r -- \"[[\$BUFFER]]\"; BUFFER=; zle accept-line }; zle -N show; bindkey ^X show; bindkey ^I expand-or-complete; echo RE\ADY"
    zpty -r -m shell line "*READY*"
    zpty -w -n shell "$2"$'"'\\t\\x18'"'
    zpty -r -m shell line "*\[\[*\]\]*"
    line=${line##*\[\[}
    print -r -- "${line%%\]\]*}"
  ' zsh "$folder/site-functions" "$1"
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
