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
    assert asked == given | {"ferry_queue_up", "ferry_bus_up"}, "the dashboard shows each, and those that only a queue and a bus bring"
    documented = open(os.path.join(TOP, "docs", "service.md"), encoding="utf-8").read()
    assert all(name in documented or name.replace("seconds_count", "seconds_sum") in documented for name in given)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_composition():
    composition = yaml.safe_load(read("docker", "docker-compose.yml"))
    for name, service in composition["services"].items():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("./secrets/"):
                assert source[len("./secrets/"):] in read("docker", "make-secrets.sh"), volume
            elif source.startswith("."):
                assert os.path.exists(os.path.join(PACKAGING, "docker", source)), volume
            else:
                assert source in composition["volumes"], volume
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    scraped = yaml.safe_load(read("docker", "prometheus.yml"))["scrape_configs"][0]["static_configs"][0]["targets"]
    assert [target.split(":")[0] for target in scraped] == ["ferry"]
    made = {"./secrets/" + name for name in re.findall(r"^\s*write (\S+)", read("docker", "make-secrets.sh"), re.M)}
    assert {s["file"] for s in composition["secrets"].values()} <= made
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


def test_secrets_of_the_composition(ferry, tmp_path, make_postgres):
    """The script writes URLs and a key that the program takes."""
    for name in ("make-secrets.sh",):
        shutil.copy(os.path.join(PACKAGING, "docker", name), tmp_path / name)
    subprocess.run(["sh", str(tmp_path / "make-secrets.sh")], check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
    secrets = tmp_path / "secrets"
    before = (secrets / "store_url").read_text()
    assert re.fullmatch(r"postgresql://ferry:[0-9a-f]{48}@postgres/ferry\n", before)
    assert re.fullmatch(r"amqp://ferry:[0-9a-f]{48}@rabbitmq/ferry\n", (secrets / "queue_url").read_text())
    assert re.fullmatch(r"redis://:[0-9a-f]{48}@redis:6379/0\n", (secrets / "bus_url").read_text())
    subprocess.run(["sh", str(tmp_path / "make-secrets.sh")], check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
    assert (secrets / "store_url").read_text() == before, "what is there stays"
    assert re.fullmatch(r"[0-9a-f]{64}\n", (secrets / "secret_key").read_text())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["ferry.service", "ferry-worker.service"])
def test_unit(tmp_path, name):
    unit = tmp_path / name
    unit.write_text(re.sub(r"^Documentation=.*\n", "", read("systemd", name).replace("ExecStart=ferry", "ExecStart=/bin/true"), flags=re.M))
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert name not in said.stdout, said.stdout
