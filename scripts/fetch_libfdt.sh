#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Puts the upstream libfdt source into lib/libfdt/upstream/, unless it is there.
# It comes from LIBFDT_SRC (any upstream checkout, or its libfdt folder, taken as it
# is), else from Debian's linux-source package, checked against the recorded sums.

set -u
cd "$(dirname "$0")/../lib/libfdt" || exit 1
package=linux-source-6.1
files=$(sed 's/.* //' SHA256SUMS)

fail() {
	echo "fetch_libfdt: $*" >&2
	exit 1
}

# The sums hold for the package's files; ORIGIN marks a source that the user chose.
in_place() {
	if [ -f upstream/ORIGIN ]; then
		# shellcheck disable=SC2086 # a list of words
		(cd upstream && ls $files >/dev/null 2>&1)
	else
		(cd upstream 2>/dev/null && sha256sum --check --status ../SHA256SUMS 2>/dev/null)
	fi
}

same_as() {
	[ -f upstream/ORIGIN ] || return 1
	for file in $files; do
		cmp -s "$1/$file" "upstream/$file" || return 1
	done
}

download() {
	echo "fetch_libfdt: taking libfdt from Debian's $package (139 MB)" >&2
	(cd "$temp" && apt-get -q -o APT::Sandbox::User= download "$package" >&2)
}

from_package() {
	command -v apt-get >/dev/null ||
		fail "no apt-get here: set LIBFDT_SRC to the libfdt folder of a dtc checkout"
	if ! download; then
		# On a new machine apt may not know the package yet.
		{ [ "$(id -u)" -eq 0 ] && apt-get -q update >&2 && download; } ||
			fail "apt-get cannot download $package: try 'apt-get update', or set LIBFDT_SRC"
	fi
	# shellcheck disable=SC2046,SC2086 # lists of words
	dpkg-deb --fsys-tarfile "$temp/$package"_*.deb |
		tar -xO "./usr/src/$package.tar.xz" |
		tar -xJm -C "$temp/new" --strip-components=4 \
			$(printf "$package/scripts/dtc/libfdt/%s " $files) ||
		fail "cannot extract libfdt from $package"
	(cd "$temp/new" && sha256sum --check --quiet "$OLDPWD/SHA256SUMS" >&2) ||
		fail "libfdt in $package is not what SHA256SUMS records; not used"
}

from_user() {
	# shellcheck disable=SC2086
	(cd "$1" && cp $files "$temp/new/") ||
		fail "LIBFDT_SRC=$LIBFDT_SRC does not hold libfdt's source"
	echo "$1" >"$temp/new/ORIGIN"
}

if [ -n "${LIBFDT_SRC:-}" ]; then
	# A relative path is meant from Molt's folder, where make and bootstrap run.
	case $LIBFDT_SRC in
	/*) source=$LIBFDT_SRC ;;
	*) source=$PWD/../../$LIBFDT_SRC ;;
	esac
	[ ! -d "$source/libfdt" ] || source=$source/libfdt
	! same_as "$source" || exit 0
else
	! in_place || exit 0
fi

# Built aside, moved when whole.
temp=$(mktemp -d ./upstream.XXXXXX) || exit 1
temp=$PWD/$temp
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$temp/new"
if [ -n "${LIBFDT_SRC:-}" ]; then
	from_user "$source"
else
	from_package
fi
rm -rf upstream
mv "$temp/new" upstream
