#!/bin/sh
# Installs the Debian packages that a group of make targets needs, and only those that are missing.
#
# usage: scripts/setup.sh GROUP…      groups: build web test e2e bench lint fuzz
#
# As root, or with sudo, it runs apt-get; without either it says what to install and stops. Servers that come along are
# not started: the tests start their own, on free ports in folders of their own.
set -eu

packages_of() {
	case $1 in
	build) echo python3 gcc libc6-dev make meson ninja-build pkg-config libglib2.0-dev libjansson-dev libmariadb-dev libpq-dev libsqlite3-dev libyaml-dev libsodium-dev libssl-dev libmicrohttpd-dev librabbitmq-dev libhiredis-dev ;;
	# A Node from elsewhere will do, if it is not too old.
	web) command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null || echo nodejs npm ;;
	test) echo python3 python3-jsonschema python3-oracledb python3-pytest python3-pytest-xdist python3-yaml curl jq mariadb-server mariadb-client postgresql postgresql-client sqlite3 openssl procps rabbitmq-server redis-server nginx ;;
	e2e) echo chromium ;;
	bench) echo python3 mariadb-server mariadb-client postgresql postgresql-client postgresql-contrib sqlite3 pgloader pgcopydb ;;
	lint) echo clang-format python3 ;;
	fuzz) echo clang libclang-rt-dev ;;
	*)
		echo "setup.sh: no group '$1' (groups: build web test e2e bench lint fuzz)" >&2
		exit 1
		;;
	esac
}

is_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

# pkg-config is a virtual name from Debian 13 on; either provider will do.
is_there() {
	is_installed "$1" || { [ "$1" = pkg-config ] && is_installed pkgconf; }
}

[ $# -gt 0 ] || { echo "usage: setup.sh GROUP…" >&2; exit 1; }
if ! command -v dpkg-query >/dev/null; then
	echo "setup.sh: this is no Debian; nothing is installed, please see README.md for what is needed" >&2
	exit 0
fi

missing=
for group in "$@"; do
	names=$(packages_of "$group")
	for name in $names; do
		case " $missing " in *" $name "*) continue ;; esac
		is_there "$name" || missing="$missing $name"
	done
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "setup.sh: these packages are missing, and neither root nor sudo is there to install them:" >&2
		echo "  apt-get install$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

# While this runs, package scripts are kept from starting services, unless the machine has a policy of its own.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
	$as_root chmod 755 $policy
	trap '$as_root rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
fi

echo "installing:$missing"
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120"
$apt update </dev/null >/dev/null
# shellcheck disable=SC2086
$apt install --no-install-recommends $missing </dev/null
