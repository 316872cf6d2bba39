#!/usr/bin/env bash
# The grading of the action: RUNBOOKS and SCENARIOS are lines, ARGUMENTS words, FAIL a truth value; leaselab is on
# the PATH. What goes wrong at a line of a runbook is said at that line, once for each reason.
set -uo pipefail
shopt -s globstar nullglob

scenarios=()
while IFS= read -r line; do
    case "$line" in
        '') ;;
        library) scenarios+=("$ACTION/scenarios") ;;
        *) scenarios+=("$line") ;;
    esac
done <<<"$SCENARIOS"
runbooks=()
while IFS= read -r line; do
    if [[ -z "$line" ]]; then continue; fi
    # shellcheck disable=SC2206 # a glob is meant
    found=($line)
    if [[ ${#found[@]} == 0 ]]; then
        echo "::error::no runbook is called $line"
        exit 2
    fi
    runbooks+=("${found[@]}")
done <<<"$RUNBOOKS"
# shellcheck disable=SC2206 # words are meant
arguments=($ARGUMENTS)

report="$(mktemp)"
status=0 tried=0 recovered=0
for runbook in "${runbooks[@]}"; do
    leaselab grade "$runbook" "${scenarios[@]}" ${arguments[@]+"${arguments[@]}"} --format json >"$report"
    code=$?
    if ((code > status)); then status=$code; fi
    if ((code > 1)); then
        echo "::error file=$runbook::leaselab can't grade this runbook; its output says why"
        continue
    fi
    jq -r --arg runbook "$runbook" '
        def data: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
        [ .runbooks[].scenarios[]
          | .scenario as $scenario
          | .outcome as $outcome
          | ( .blocked // empty | { line, kind: "blocked", message } ),
            ( .harms[]? | { line, kind: "made worse", message: (.kind // .message // "harm") } ),
            ( if $outcome == "incomplete"
              then { line: 1, kind: "incomplete", message: ([.findings[].name] | unique | join(", ")) }
              else empty end )
          | . + { scenario: $scenario } ]
        | group_by([.line, .kind, .message])[]
        | "::error file=\($runbook | data),line=\(.[0].line // 1)::\(.[0].kind) on \(length) wrecks: "
          + "\(.[0].message | tostring | data) (for example \(.[0].scenario | data))"' "$report"
    here="$(jq '[.runbooks[].scenarios[]] | length' "$report")"
    well="$(jq '[.runbooks[].scenarios[] | select(.outcome == "recovered")] | length' "$report")"
    tried=$((tried + here)) recovered=$((recovered + well))
    echo "$runbook: recovered $well of $here wrecks"
    if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
        echo "* \`$runbook\`: recovered $well of $here wrecks" >>"$GITHUB_STEP_SUMMARY"
    fi
done
if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
    printf 'recovered=%s\ntried=%s\n' "$recovered" "$tried" >>"$GITHUB_OUTPUT"
fi
if [[ "$FAIL" != true && $status == 1 ]]; then status=0; fi
exit "$status"
