"""The manifests against Kubernetes' own schemas, and what they promise about each pod."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml

from bot import metrics
from bot.settings import Settings
from tests.deploy import dockerfile
from tests.support.processes import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
LIST: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
RECIPE = dockerfile.read((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def manifests() -> Iterator[dict[str, Any]]:
    for name in LIST["resources"]:
        yield from yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))


ALL = list(manifests())
# KEDA's and kustomize's own kinds are not among Kubernetes' schemas.
KNOWN = [one for one in ALL if "keda" not in one["apiVersion"]]
WORKLOADS = {one["metadata"]["name"]: one for one in ALL if one["kind"] in ("Deployment", "StatefulSet", "Job")}
PODS = {name: one["spec"]["template"]["spec"] for name, one in WORKLOADS.items()}
SERVING = sorted(WORKLOADS.keys() - {"migrate"})
EVERY: list[tuple[str, dict[str, Any]]] = [
    (name, container)
    for name, pod in PODS.items()
    for container in (*pod.get("initContainers", ()), *pod["containers"])
]
CONTAINERS = [pytest.param(name, container, id=f"{name}-{container['name']}") for name, container in EVERY]


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in ALL if one["kind"] == kind}


@pytest.mark.parametrize("manifest", KNOWN, ids=[f"{one['kind']}-{one['metadata']['name']}" for one in KNOWN])
def test_it_is_what_kubernetes_accepts(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_every_file_is_in_the_list() -> None:
    assert sorted(LIST["resources"]) == sorted(path.name for path in FOLDER.glob("*.yaml") if path.name[0] != "k")


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_nobody_and_speaks_to_no_cluster(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    context = pod["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] > 0
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}


@pytest.mark.parametrize(("name", "container"), CONTAINERS)
def test_a_container_can_neither_write_to_its_root_nor_gain_rights_nor_take_everything(
    name: str, container: dict[str, Any]
) -> None:
    context = container["securityContext"]
    assert context == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    claimed = {claim["metadata"]["name"] for claim in WORKLOADS[name]["spec"].get("volumeClaimTemplates", ())}
    assert mounted <= {volume["name"] for volume in PODS[name].get("volumes", ())} | claimed


@pytest.mark.parametrize("name", SERVING)
def test_what_serves_is_probed_at_ports_that_it_has(name: str) -> None:
    (container,) = PODS[name]["containers"]
    ports = {port["name"] for port in container["ports"]}
    assert {"readinessProbe", "livenessProbe"} <= container.keys()
    for what, probe in container.items():
        if what.endswith("Probe"):
            asked = probe.get("httpGet") or probe.get("tcpSocket")
            assert asked is None or asked["port"] in ports, what


@pytest.mark.parametrize("name", ["web", "worker", "rasa"])
def test_what_there_are_many_of_never_goes_all_at_once(name: str) -> None:
    budget = of("PodDisruptionBudget")[name]["spec"]
    labels = WORKLOADS[name]["spec"]["template"]["metadata"]["labels"]
    assert budget["minAvailable"] == 1
    assert budget["selector"]["matchLabels"].items() <= labels.items()
    scaled = {**of("HorizontalPodAutoscaler"), **of("ScaledObject")}[name]["spec"]
    assert scaled["scaleTargetRef"]["name"] == name
    least = scaled.get("minReplicas") or scaled["minReplicaCount"]
    assert least >= 2, "with one alone the budget would let nobody maintain its node"


def test_workers_follow_the_depth_and_the_age_of_the_mailboxes() -> None:
    triggers = of("ScaledObject")["worker"]["spec"]["triggers"]
    asked: list[Any] = [getattr(promql_parser.parse(one["metadata"]["query"]), "expr", None) for one in triggers]
    assert {one.name for one in asked} == {metrics.MAILBOX._name, metrics.MAILBOX_AGE._name}
    for one in asked:
        assert {matcher.name for matcher in one.matchers.matchers} <= set(metrics.MAILBOX._labelnames)
    assert "replicas" not in WORKLOADS["worker"]["spec"], "it would undo what KEDA decided at each apply"


def test_services_find_their_pods() -> None:
    for name, service in of("Service").items():
        template = WORKLOADS[name]["spec"]["template"]
        assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
        ports = {port["name"] for port in template["spec"]["containers"][0]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_rasa_and_redis_are_reached_by_nobody_but_ours_and_reach_nobody() -> None:
    policies = of("NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    for name in ("rasa", "redis"):
        spec = policies[name]["spec"]
        assert set(spec["policyTypes"]) == {"Ingress", "Egress"}
        for rule in spec["ingress"]:
            assert {who["podSelector"]["matchLabels"]["part"] for who in rule["from"]} <= {"web", "worker", "rasa"}
        allowed = [where for rule in spec["egress"] for where in rule["to"]]
        assert not [where for where in allowed if "ipBlock" in where]


def test_the_images_are_those_of_the_dockerfile_or_pinned_as_in_compose() -> None:
    ours = {image["name"] for image in LIST["images"]}
    assert ours == {f"dyzurny-{stage}" for stage in ("app", "rasa")}
    assert {"app", "rasa"} <= RECIPE.stages.keys()
    named = {container["image"] for _, container in EVERY}
    assert named - ours == {COMPOSE["services"]["redis"]["image"]}


def test_settings_exist_and_are_no_secrets() -> None:
    names = of("ConfigMap")["dyzurny"]["data"].keys()
    assert {name.removeprefix("DYZURNY_").lower() for name in names} <= Settings.model_fields.keys()
    assert not [name for name in names if re.search("SECRET|TOKEN|PASSWORD|DATABASE|REDIS", name)]


def test_every_setting_without_which_a_real_page_cannot_work_is_named() -> None:
    text = (FOLDER / "settings.yaml").read_text(encoding="utf-8")
    needed = ["APP_ID", "APP_SECRET", "VERIFY_TOKEN", "PAGE_TOKENS", "SECRET_KEY", "DATABASE_URL", "REDIS_URL"]
    needed += ["PUBLIC_URL", "RASA_URL", "HOST", "TRUSTED_PROXIES"]
    assert [name for name in needed if f"DYZURNY_{name}" not in text] == []
    for container in (PODS["web"]["containers"][0], PODS["worker"]["containers"][0]):
        # What the Secret says as well goes over the ConfigMap.
        assert [next(iter(one)) for one in container["envFrom"]] == ["configMapRef", "secretRef"]


def test_rasa_is_told_no_secret_but_the_way_to_redis() -> None:
    (container,) = PODS["rasa"]["containers"]
    assert [one["name"] for one in container["env"]] == ["DYZURNY_REDIS_URL"]
    assert "envFrom" not in container
