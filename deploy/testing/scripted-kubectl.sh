#!/bin/sh
# A kubectl for tests. $KUBECTL_RULES is a folder: line N of `calls` is a regular expression for the arguments; what a call
# that it matches prints is in `N.stdout` and `N.stderr`, its status in `N.status`. Each call and its input, each with a NUL
# after it, go to $KUBECTL_LOG. A shell, because setup.sh calls kubectl a dozen times and Node takes 50 ms to start.
call="$*"
rules=$KUBECTL_RULES
input=$rules/input
case " $call " in
  *" -f - "* | *" --filename - "*) cat >"$input" ;;
  *) : >"$input" ;;
esac
{
  printf '%s\0' "$call"
  cat "$input"
  printf '\0'
} >>"$KUBECTL_LOG"

rule=$(CALL=$call awk 'ENVIRON["CALL"] ~ $0 { print NR; exit }' "$rules/calls")
if [ -n "$rule" ]; then
  cat "$rules/$rule.stdout"
  cat "$rules/$rule.stderr" >&2
  exit "$(cat "$rules/$rule.status")"
fi
# `create … --dry-run=client` and `label --local` work as in the real one, as far as deploy/setup uses them.
[ "$1" = --context ] && command=$3 || command=$1
case "$command $call" in
  label* | *--dry-run=client*) exec "$NODE" "$(dirname "$(readlink -f "$0")")/kubectl-objects.mjs" "$@" <"$input" ;;
esac
