#!/usr/bin/env bash
# The one command: installs what tests need, restores, checks the format, builds, runs all tests.
# The last line is always "N passed, N failed" (", N skipped" when some were); the exit code says the same.
#   ./test.sh          everything but tests marked [Trait("Speed", "Slow")]
#   ./test.sh --long   those too, and more kills of the stores (EXPERIMENTS_KILLS, 200 unless set)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export DOTNET_CLI_UI_LANGUAGE=en # the summary is read below

filter=(--filter-not-trait Speed=Slow)
for argument in "$@"; do
  case "$argument" in
    --long)
      filter=()
      export EXPERIMENTS_KILLS="${EXPERIMENTS_KILLS:-200}"
      ;;
    *)
      echo "test.sh: unknown argument '$argument'; usage: ./test.sh [--long]" >&2
      exit 2
      ;;
  esac
done

step="start"
output="$(mktemp)"
on_exit() {
  local code=$?
  rm -f "$output"
  if [[ $step != done ]]; then
    echo "test.sh: stopped at: $step"
    echo "0 passed, 1 failed"
    [[ $code -ne 0 ]] || code=1
  fi
  exit "$code"
}
trap on_exit EXIT

# Some tests start their own redis-server; the system's service is neither needed nor started.
install() { # packages
  local sudo=()
  if [[ $EUID -ne 0 ]]; then
    sudo=(sudo -n)
    "${sudo[@]}" true 2>/dev/null || return 1
  fi
  command -v apt-get >/dev/null || return 1
  local policy=/usr/sbin/policy-rc.d ours=no
  if [[ ! -e $policy ]]; then # 101: "do not start services", asked by every Debian package at installation
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod +x "$policy"
    ours=yes
  fi
  local result=0
  { "${sudo[@]}" apt-get update -qq &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >/dev/null 2>&1 || result=1
  [[ $ours == no ]] || "${sudo[@]}" rm -f "$policy"
  return "$result"
}
if ! command -v redis-server >/dev/null && ! install redis-server; then
  echo "test.sh: the tests of the Redis store are skipped; to run them: apt-get install redis-server" >&2
fi
# The dashboard is looked at by a real browser.
if [[ ! -x /usr/bin/chromium ]] && ! install chromium fonts-dejavu-core; then
  echo "test.sh: the tests of the dashboard are skipped; to run them: apt-get install chromium fonts-dejavu-core" >&2
fi

step="dotnet restore"
dotnet restore
step="dotnet format --verify-no-changes (run 'dotnet format' to fix)"
dotnet format --verify-no-changes --no-restore
step="dotnet build"
dotnet build -c Release --no-restore
step="dotnet test"
code=0
# 8 is "no test ran": a project whose tests are all slow is no failure.
dotnet test -c Release --no-build --ignore-exit-code 8 "${filter[@]}" 2>&1 | tee "$output" || code=$?

# Only the lines after the last summary's title count: a test may print anything before.
counts="$(sed 's/\x1b\[[0-9;]*m//g; s/\r$//' "$output" | awk '
  /^Test run summary:/ { seen = 1; delete n }
  seen && /^[[:space:]]+(error|failed|succeeded|skipped): [0-9]+$/ { sub(":", "", $1); n[$1] += $2 }
  END { if (seen) print n["succeeded"] + 0, n["failed"] + 0, n["skipped"] + 0, n["error"] + 0 }')"
if [[ -z $counts ]]; then
  step="dotnet test (it printed no summary)"
  exit 1
fi
read -r passed failed skipped errors <<<"$counts"
failed=$((failed + errors))
if [[ $code -ne 0 && $failed -eq 0 ]]; then
  echo "test.sh: dotnet test ended with exit code $code without a failed test: a test project broke down"
  failed=1
fi

step="done"
line="$passed passed, $failed failed"
[[ $skipped -eq 0 ]] || line+=", $skipped skipped"
echo "$line"
[[ $failed -eq 0 ]] || exit 1
