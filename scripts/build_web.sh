#!/bin/sh
# Builds the web pages into web/dist, from where meson compiles them into the program (option web).
#
# usage: scripts/build_web.sh [BUILD]      BUILD: a meson build folder that is told of the pages when it does not know them yet
#
# Does nothing when web/dist is newer than its sources. Without Node, or where packages cannot be fetched, it says so and leaves
# things as they are: the program then serves its API only.
set -eu
cd "$(dirname "$0")/.."

fresh() {
	[ -e web/dist/web.gresource.xml ] || return 1
	[ -z "$(find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -newer web/dist/web.gresource.xml -print -quit)" ]
}

if ! fresh; then
	if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
		echo "build_web.sh: no Node here: the web pages are left out (scripts/setup.sh web installs it)" >&2
		exit 0
	fi
	# Vite's own floor; Debian 12 has 18.
	if ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; then
		echo "build_web.sh: Node $(node --version) is too old, 18 or newer is needed: the web pages are left out" >&2
		exit 0
	fi
	cd web
	# package-lock.json names every version and hash; npm ci takes those and nothing else.
	if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
		if ! npm ci --no-audit --no-fund --loglevel=error; then
			echo "build_web.sh: the packages could not be fetched: the web pages are left out" >&2
			exit 0
		fi
	fi
	npm run --silent build -- --logLevel warn
	cd ..
fi

if [ $# -gt 0 ] && [ -e "$1/build.ninja" ] && ! grep -q web_resources "$1/build.ninja"; then
	meson setup --reconfigure "$1" >/dev/null
fi
