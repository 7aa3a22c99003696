#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs each test PROGRAM to its end. Fails where one does; the last line adds up all tests.
#   run.sh PROGRAM...

export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0

for program; do
	echo "$program:"
	timeout -k 5 300 "$program" >"$output" 2>&1
	status=$?
	sed 's/^/  /' "$output"
	# One that ends without its last line was cut off: its tests are unknown, it failed.
	# shellcheck disable=SC2046 # two words, or none
	set -- $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$output")
	passed=$((passed + ${1:-0}))
	if [ "$status" -ne 0 ] && [ "${2:-0}" -eq 0 ]; then
		echo "  ended with status $status"
		set -- "${1:-0}" 1
	fi
	failed=$((failed + ${2:-0}))
	[ $# -eq 2 ] || failed=$((failed + 1))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
