#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fixdep.sh DEPS DIR - let an object depend on the symbols it uses, not on all of them
#
# In DEPS, which the compiler wrote, autoconf.h gives way to DIR/my/symbol.h for each
# CONFIG_MY_SYMBOL that stands in the source or a header. kconfig.py keeps those files.

set -eu
deps=$1 dir=$2
object=$(sed -n '1s/:.*//p' "$deps")

used_symbols() {
	tr ' \\' '\n\n' <"$deps" | grep '[^:]$' | grep -v '/autoconf\.h$' |
		xargs grep -ohE '\<CONFIG_[A-Z0-9_]+' | sort -u
}

{
	sed 's# [^ ]*/autoconf\.h##; /^[^ ]*\/autoconf\.h:$/d' "$deps"
	used_symbols | sed 's/^CONFIG_//' | tr 'A-Z_' 'a-z/' |
		sed "s#.*#$object: \$(wildcard $dir/&.h)#"
} >"$deps.new"
mv "$deps.new" "$deps"
