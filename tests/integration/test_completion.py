"""ferry completion bash in a real bash, and manual pages through groff."""
import os
import re
import shutil
import subprocess

import pytest

from conftest import FERRY

SCRIPT = r"""
source <("$1" completion bash)
COMP_LINE=$2; COMP_POINT=${#COMP_LINE}
_ferry
printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(line, cwd):
    done = subprocess.run(["bash", "--norc", "-c", SCRIPT, "bash", FERRY, line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, text=True)
    assert done.stderr == ""
    return [w for w in done.stdout.split("\n") if w]


@pytest.mark.parametrize("line,expected,absent", [
    ("ferry ", {"copy", "plan", "verify", "compare", "inspect", "help", "--version"}, {"bash"}),
    ("ferry co", {"copy", "compare", "connectors", "completion"}, {"plan"}),
    ("ferry copy --sch", {"--schema-only"}, {"--data-only"}),
    ("ferry compare --mode ", {"full", "names"}, set()),
    ("ferry compare --mode=n", {"names"}, {"full"}),        # '=' breaks words: the rest only
    ("ferry copy --if-exists t", {"truncate"}, {"drop"}),
    ("ferry copy m", {"mysql://", "mariadb://"}, {"postgresql://"}),
    ("ferry copy sqlite:///", {"///shop.db", "///sub"}, set()),  # ':' breaks words too
    ("ferry copy sqlite:///shop.db postgresq", {"postgresql://"}, {"mysql://"}),
    ("ferry copy --json postgresq", {"postgresql://"}, set()),   # an option without a value
    ("ferry copy --report sh", {"shop.db"}, set()),
    ("ferry help ver", {"verify"}, {"copy"}),
    ("ferry connectors p", {"postgres"}, {"mysql"}),
    ("ferry completion ", {"bash"}, set()),
    ("ferry copy --lanes ", set(), {"mysql://"}),
    ("ferry nonsense --x", set(), set()),
])
def test_completion(tmp_path, line, expected, absent):
    (tmp_path / "shop.db").touch()
    (tmp_path / "sub").mkdir()
    found = set(complete(line, tmp_path))
    assert expected <= found and not absent & found, found


def test_other_shells_are_refused(ferry):
    assert "bash" in ferry("completion", "fish", expect=1).err


def commands(ferry):
    return re.findall(r"^  (\w+) {2,}", ferry("--help").out, re.M)


@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_manual_pages_are_sound(ferry, tmp_path):
    for name in [None] + commands(ferry):
        page = ferry("man", *([name] if name else [])).out
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-Kutf8"], input=page.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0 and done.stderr == b"", (name, done.stderr)
    copy = ferry("man", "copy").out
    for option in re.findall(r"--([a-z-]+)", ferry("copy", "--help").out):
        assert option.replace("-", "\\-") in copy


def test_every_command_is_installed(ferry):
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "..", "packaging", "meson.build")) as f:
        text = f.read()
    assert [name for name in commands(ferry) if "'%s'" % name not in text] == []
