"""What runs the service and watches it: compose files, Kubernetes, Prometheus and Grafana name what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from litestar import Litestar
from litestar.testing import TestClient
from prometheus_client import REGISTRY

from service.settings import PREFIX, Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = [ROOT / "compose.yaml", ROOT / "compose.milvus.yaml"]
CLUSTERS = [DEPLOY / "kubernetes" / "sqlite", DEPLOY / "kubernetes" / "postgresql"]
KUBERNETES = "1.33"
SETTINGS = {PREFIX + field.upper() for field in Settings.__struct_fields__}
ENDINGS = re.compile(r"_(bucket|count|sum)$")


def needs_tool(name: str) -> None:
    """Skip a test where a tool is not installed that pip does not install."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_a_compose_file_sets_what_there_is_and_mounts_what_there_is(path: Path) -> None:
    file = yaml.safe_load(path.read_text("utf-8"))
    for name, service in file["services"].items():
        ours = {setting for setting in service.get("environment", {}) if setting.startswith(PREFIX)}
        assert ours <= SETTINGS, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["mem_limit"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).is_file(), volume
            elif ":" in volume:
                assert volume.split(":")[0] in file["volumes"], volume


def test_pymilvus_in_the_compose_file_is_the_one_that_is_tested() -> None:
    (pinned,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["milvus"]
    assert re.search(rf"PACKAGES: .*{re.escape(pinned)}\b", COMPOSE[1].read_text("utf-8"))


def rendered(folder: Path) -> list[dict[str, Any]]:
    """What kustomize makes of a folder."""
    needs_tool("kubectl")
    made = subprocess.run(["kubectl", "kustomize", folder], check=True, capture_output=True, text=True)
    return list(yaml.safe_load_all(made.stdout))


@pytest.mark.parametrize("folder", CLUSTERS, ids=lambda folder: folder.name)
def test_what_goes_into_a_cluster_is_strictly_valid_confined_and_sets_what_there_is(folder: Path) -> None:
    resources = rendered(folder)
    for resource in resources:
        kubernetes_validate.validate(resource, KUBERNETES, strict=True)
    (workload,) = [one for one in resources if one["kind"] == "StatefulSet"]
    (settings,) = [one for one in resources if one["kind"] == "ConfigMap"]
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    assert container["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
    assert {*settings["data"], *(one["name"] for one in container.get("env", []))} <= SETTINGS
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert f"USER {workload['spec']['template']['spec']['securityContext']['runAsUser']}:" in dockerfile
    assert f"EXPOSE {container['ports'][0]['containerPort']}" in dockerfile
    assert workload["spec"]["replicas"] == (1 if folder.name == "sqlite" else 3)


def test_alerts_fire_when_they_should_and_not_before() -> None:
    needs_tool("promtool")
    folder = DEPLOY / "prometheus"
    tried = subprocess.run(["promtool", "test", "rules", folder / "alerts.test.yaml"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    rules = yaml.safe_load((folder / "alerts.yaml").read_text("utf-8"))["groups"][0]["rules"]
    assert {rule["alert"] for rule in rules} == set(
        re.findall(r"alertname: (\w+)", (folder / "alerts.test.yaml").read_text("utf-8"))
    )


@pytest.mark.parametrize("path", ["prometheus/alerts.yaml", "grafana/rebut.json"])
def test_alerts_and_dashboard_ask_for_metrics_that_there_are(client: TestClient[Litestar], path: str) -> None:
    client.get("/metrics")
    told = {name for metric in REGISTRY.collect() for name in (metric.name, f"{metric.name}_total")}
    asked = set(re.findall(r"\b(?:rebut|process)_\w+", (DEPLOY / path).read_text("utf-8")))
    assert asked
    assert {ENDINGS.sub("", name) for name in asked} <= told


def test_the_dashboard_s_panels_lie_beside_each_other() -> None:
    panels = json.loads((DEPLOY / "grafana" / "rebut.json").read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [(x, y) for one in panels for place in [one["gridPos"]] for x in range(place["x"], place["x"] + place["w"])
             for y in range(place["y"], place["y"] + place["h"])]  # fmt: skip
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 24


@pytest.mark.parametrize("name", ["RebutIsDown", "RebutStoreIsAway", "RebutLedgerShrank"])
def test_the_runbook_has_what_wakes_people(name: str) -> None:
    assert name in (ROOT / "docs" / "how-to" / "runbook.md").read_text("utf-8")
