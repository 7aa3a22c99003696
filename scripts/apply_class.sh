#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# apply_class.sh CLASS OBJECT - give every section of OBJECT the lifetime CLASS
#
# .text.f becomes .init.text.f, and likewise for strings and switch tables. A section
# that a marker (__init, __meminit...) has put into a lifetime by name keeps its name.
# OBJCOPY and OBJDUMP name the tools.

set -eu
class=$1 object=$2

"$OBJCOPY" --prefix-alloc-sections=".$class" "$object"

back=$("$OBJDUMP" -h "$object" | sed -nE \
	"s/^ *[0-9]+ (\.$class(\.(init|memblock|meminit|exit)\.[^ ]*)).*/--rename-section \1=\2/p")
# shellcheck disable=SC2086 # a list of options
[ -z "$back" ] || "$OBJCOPY" $back "$object"
