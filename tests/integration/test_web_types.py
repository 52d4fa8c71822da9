"""The types of the web pages are those of the API: web/src/api/schema.ts is what the schemas of the OpenAPI document give."""
import os
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.mark.skipif(not os.path.exists(os.path.join(TOP, "web/node_modules/openapi-typescript")), reason="web/node_modules is not there")
def test_the_pages_know_the_api_as_it_is(tmp_path):
    made = tmp_path / "schema.ts"
    subprocess.run([os.path.join(TOP, "scripts/api_types.sh"), str(made)], check=True, stdin=subprocess.DEVNULL, timeout=120)
    with open(os.path.join(TOP, "web/src/api/schema.ts"), encoding="utf-8") as f:
        assert made.read_text() == f.read(), "src/http/schemas.json has changed: run make api-types"
