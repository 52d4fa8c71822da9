#!/bin/sh
# Format and layering. Prints what is off; exit 1 when anything is.
set -eu
cd "$(dirname "$0")/.."
status=0

# Headers are manuals and laid out by hand.
files=$(git ls-files -co --exclude-standard 'src/*.c' 'tests/*.c')
# shellcheck disable=SC2086
clang-format --dry-run -Werror $files || status=1

# Includes point downward only: cli > http > service > report > transfer > mapping > transform > project > data > base, and connectors below mapping.
check_layer() {
	folder=$1
	shift
	[ -d "src/$folder" ] || return 0
	for above in "$@"; do
		if grep -rn "#include \"$above/" "src/$folder"; then
			echo "lint: src/$folder may not include from $above/" >&2
			status=1
		fi
	done
}
check_layer base data connectors project transform mapping transfer report service http cli
check_layer data connectors project transform mapping transfer report service http cli
check_layer connectors project transform mapping transfer report service http cli
check_layer project connectors transform mapping transfer report service http cli
check_layer transform connectors mapping transfer report service http cli
check_layer mapping transfer report service http cli
check_layer transfer report service http cli
check_layer report service http cli
check_layer service http cli
check_layer http cli

# A connector never talks to another.
for one in src/connectors/*/; do
	name=$(basename "$one")
	for other in src/connectors/*/; do
		other_name=$(basename "$other")
		[ "$name" = "$other_name" ] && continue
		if grep -rn "#include \"connectors/$other_name/" "$one"; then
			echo "lint: connector $name includes from connector $other_name" >&2
			status=1
		fi
	done
done

# Unbounded or thread-unsafe C, and output from below the command line.
if grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|localtime|gmtime|strerror)\(' src --include='*.c'; then
	echo "lint: a banned function is called" >&2
	status=1
fi
if grep -rnE '\b(g_print|g_printerr|printf|puts|fprintf|g_message|g_warning|g_critical|g_log)\(' src --include='*.c' |
	grep -v -e '^src/cli/' -e '^src/main.c:'; then
	echo "lint: only the command line prints" >&2
	status=1
fi
exit $status
