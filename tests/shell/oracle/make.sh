#!/usr/bin/env bash
# Writes bash.tsv: what bash makes of each snippet (they are separated by blank lines).
# Columns: snippet, status, standard output, standard error, files as path and content pairs.
# Line breaks, tabs and backslashes are written \n, \t and \\.
#
# usage: make.sh > bash.tsv     (runs in /tmp/oracle, which it empties)
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=/tmp/oracle.bin
rm -rf "$bin"; mkdir -p "$bin"
for program in cat grep wc seq sort tr head tail tee ls sleep; do
  ln -s "$(command -v "$program")" "$bin/$program"
done
bash=$(command -v bash)
ln -s "$bash" "$bin/bash"
script() { printf '#!%s\n%s\n' "$bash" "$2" > "$bin/$1"; chmod +x "$bin/$1"; }
script args 'printf "%d:" "$#"; printf "[%s]" "$@"; printf "\n"'
script both 'echo out; echo err >&2; echo out2'
script fails 'exit "$1"'
script touchf 'for f; do : > "$f"; done'
script mk 'for f; do case $f in */*) '"$(command -v mkdir)"' -p "${f%/*}";; esac; : > "$f"; done'
script env 'compgen -e | while read -r n; do case $n in PATH|PWD|OLDPWD|SHLVL|_|LC_ALL|HOME) ;; *) printf "%s=%s\n" "$n" "${!n}";; esac; done'
escape() {
  local text=${1//\\/\\\\}
  text=${text//$'\n'/\\n}
  printf '%s' "${text//$'\t'/\\t}"
}
mkdir -p /home/op
snippet() {
  rm -rf /tmp/oracle; mkdir -p /tmp/oracle; cd /tmp/oracle || exit
  env -i PATH="$bin" HOME=/home/op LC_ALL=C.UTF-8 bash -c "$1" \
    < /dev/null > /tmp/oracle.out 2> /tmp/oracle.err
  local status=$?
  escape "$1"; printf '\t%s\t' "$status"
  # The trailing x keeps trailing line breaks.
  local out err; out=$(cat /tmp/oracle.out; printf x); err=$(cat /tmp/oracle.err; printf x)
  escape "${out%x}"; printf '\t'; escape "${err%x}"
  find . -type f | LC_ALL=C sort | while IFS= read -r file; do
    local content; content=$(cat "$file"; printf x)
    printf '\t%s\t' "${file#./}"; escape "${content%x}"
  done
  printf '\n'
}
text=
while IFS= read -r line || [ -n "$line" ]; do
  if [ -n "$line" ]; then
    text+=${text:+$'\n'}$line
  elif [ -n "$text" ]; then
    snippet "$text"; text=
  fi
done < "$here/snippets.sh.txt"
[ -z "$text" ] || snippet "$text"
