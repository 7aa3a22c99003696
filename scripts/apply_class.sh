#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# apply_class.sh CLASS OBJECT - give every section of OBJECT the lifetime CLASS
#
# .text.f becomes .init.text.f, and likewise for strings and switch tables. A section
# that a marker (__init, __meminit...) has put into a lifetime by name keeps its name.
# OBJCOPY and OBJDUMP name the tools.

set -eu
class=$1 object=$2

# Bytecode has no sections yet: objcopy would leave it as it is, and say nothing.
magic=$(od -An -tx1 -N4 "$object" | tr -d ' ')
if [ "$magic" = 4243c0de ] || "$OBJDUMP" -h "$object" | grep -q '\.gnu\.lto_'; then
	echo "$object holds LTO bytecode, which cannot be given the class $class" >&2
	exit 1
fi

"$OBJCOPY" --prefix-alloc-sections=".$class" "$object"

back=$("$OBJDUMP" -h "$object" | sed -nE \
	"s/^ *[0-9]+ (\.$class(\.(init|memblock|meminit|exit)\.[^ ]*)).*/--rename-section \1=\2/p")
# shellcheck disable=SC2086 # a list of options
[ -z "$back" ] || "$OBJCOPY" $back "$object"
