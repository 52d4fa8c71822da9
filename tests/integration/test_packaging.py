"""What comes beside the program: the unit, the composition and the dashboard are well-formed and speak of what is there."""
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from conftest import TOP

PACKAGING = os.path.join(TOP, "packaging")


def read(*path):
    with open(os.path.join(PACKAGING, *path), encoding="utf-8") as file:
        return file.read()


def test_dashboard_asks_for_metrics_that_are_there(make_service):
    service = make_service(sample=True)
    admin = service.admin()
    project = admin.get("/projects").items[0]["id"]
    service.wait(admin, admin.post("/executions", {"project_id": project}, expect=201).json["id"])
    text = service.client().get("/metrics").text
    given = set(re.findall(r"^(\w+)(?:\{[^}]*\})? [0-9.e+-]+$", text, re.M))
    assert len(given) == len(set(re.findall(r"^# TYPE (\w+)", text, re.M))) + 1, "a summary has two"
    assert re.search(r"^ferry_rows_total 15607$", text, re.M), text

    dashboard = json.loads(read("grafana", "ferry.json"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = set(re.findall(r"\bferry_\w+", " ".join(queries)))
    assert asked == given, "the dashboard shows each"
    documented = open(os.path.join(TOP, "docs", "service.md"), encoding="utf-8").read()
    assert all(name in documented or name.replace("seconds_count", "seconds_sum") in documented for name in given)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_composition():
    composition = yaml.safe_load(read("docker", "docker-compose.yml"))
    for name, service in composition["services"].items():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("."):
                assert os.path.exists(os.path.join(PACKAGING, "docker", source)), volume
            else:
                assert source in composition["volumes"], volume
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    scraped = yaml.safe_load(read("docker", "prometheus.yml"))["scrape_configs"][0]["static_configs"][0]["targets"]
    assert [target.split(":")[0] for target in scraped] == ["ferry"]
    for name in ("grafana-datasource.yml", "grafana-dashboards.yml"):
        assert yaml.safe_load(read("docker", name))["apiVersion"] == 1


def test_health_check_of_the_image(service):
    """The line of the Dockerfile, against a running service and against nothing."""
    arguments = re.search(r"HEALTHCHECK .* CMD (\[.*\])$", read("docker", "Dockerfile").replace("\\\n", ""), re.M).group(1)
    command = json.loads(arguments)
    port = service.url.rsplit(":", 1)[1]
    command[-1] = command[-1].replace("/8080", "/" + port)
    assert subprocess.run(command, timeout=20).returncode == 0
    service.stop()
    assert subprocess.run(command, timeout=20, stderr=subprocess.DEVNULL).returncode != 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_unit(tmp_path):
    unit = tmp_path / "ferry.service"
    unit.write_text(read("systemd", "ferry.service").replace("ExecStart=ferry", "ExecStart=/bin/true").replace("Documentation=man:ferry-serve(1)\n", ""))
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert "ferry.service" not in said.stdout, said.stdout
