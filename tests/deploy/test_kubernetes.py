"""The manifests are valid, ask for no rights, and fit together, the base and a site's overlay."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.app import create_app
from service.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
EXAMPLE = FOLDER / "overlays" / "example"
NOT_OF_KUBERNETES = {"Kustomization", "Component", "ServiceMonitor"}
VERSION = "1.34"  # the oldest in which a `preStop` that sleeps needs no gate

Manifest = dict[str, Any]


def read(path: Path) -> list[Manifest]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


FILES = sorted(FOLDER.rglob("*.yaml"))
BASE = {
    document["kind"]: document
    for path in FILES
    if path.parent.name == "base"
    for document in read(path)
}
POD = BASE["Deployment"]["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]


def validate(manifest: Manifest) -> None:
    """Hold a manifest to the schema of its kind; unknown members are refused."""
    kubernetes_validate.validate(manifest, VERSION, strict=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_each_manifest_is_valid(path: Path) -> None:
    for manifest in read(path):
        if manifest["kind"] not in NOT_OF_KUBERNETES and path.name != "instruments.yaml":
            validate(manifest)


def test_a_member_that_kubernetes_does_not_know_is_refused() -> None:
    spec = BASE["Deployment"]["spec"]
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        validate({**BASE["Deployment"], "spec": {**spec, "replica": 2}})


def test_the_pod_asks_for_no_right_that_the_restricted_standard_refuses() -> None:
    """Restricted: https://kubernetes.io/docs/concepts/security/pod-security-standards/."""
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & POD.keys()
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["runAsUser"] == 10001
    assert POD["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret"}
    assert all(volume.keys() - {"name"} <= allowed for volume in POD["volumes"])
    assert POD["automountServiceAccountToken"] is False


def test_a_pod_has_time_to_leave() -> None:
    asleep = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert POD["terminationGracePeriodSeconds"] >= asleep + Settings().graceful_timeout + 5


def test_the_probes_ask_what_the_service_answers() -> None:
    client = create_app(log_fd=None).test_client()
    paths = {
        name: CONTAINER[f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "readiness", "liveness")
    }
    assert paths == {"startup": "/readyz", "readiness": "/readyz", "liveness": "/livez"}
    assert all(client.get(path).status_code == 200 for path in paths.values())


def test_everything_selects_the_pods_of_the_deployment() -> None:
    labels = BASE["Deployment"]["spec"]["template"]["metadata"]["labels"]
    selectors = [
        BASE["Deployment"]["spec"]["selector"]["matchLabels"],
        BASE["Service"]["spec"]["selector"],
        BASE["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        BASE["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        *(spread["labelSelector"]["matchLabels"] for spread in POD["topologySpreadConstraints"]),
    ]
    assert all(selector == labels for selector in selectors)
    scaled = BASE["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (scaled["kind"], scaled["name"]) == (
        "Deployment",
        BASE["Deployment"]["metadata"]["name"],
    )
    assert "replicas" not in BASE["Deployment"]["spec"]


def test_there_are_as_many_workers_as_cpus_and_settings_that_exist() -> None:
    settings = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
    assert settings["WORKERS"] == CONTAINER["resources"]["limits"]["cpu"]
    mounted = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert str(Path(settings["API_KEYS_FILE"]).parent) in mounted
    assert "/dev/shm" in mounted


def test_nothing_leaves_the_pod_and_only_two_namespaces_enter() -> None:
    policy = BASE["NetworkPolicy"]["spec"]
    assert (policy["policyTypes"], policy["egress"]) == (["Ingress", "Egress"], [])
    sources = [source for rule in policy["ingress"] for source in rule["from"]]
    assert len(sources) == 2
    assert all(source["namespaceSelector"]["matchLabels"] for source in sources)


def named_by(kustomization: Path) -> Iterator[Path]:
    """Yield every file or folder that a kustomization names."""
    content = read(kustomization)[0]
    names = [*content.get("resources", []), *content.get("components", [])]
    names += [patch["path"] for patch in content.get("patches", [])]
    for generator in content.get("configMapGenerator", []):
        names += generator["files"]
    yield from (kustomization.parent / name for name in names)


@pytest.mark.parametrize(
    "kustomization",
    [path for path in FILES if path.name == "kustomization.yaml"],
    ids=lambda path: path.parent.name,
)
def test_what_a_kustomization_names_is_there_and_nothing_is_forgotten(kustomization: Path) -> None:
    named = list(named_by(kustomization))
    assert all(path.exists() for path in named)
    beside = {path for path in kustomization.parent.iterdir() if path.suffix == ".yaml"}
    assert beside - {kustomization} == {
        path for path in named if path.parent == kustomization.parent
    }


def test_the_merged_overlay_is_valid_and_has_its_instruments_where_the_setting_says() -> None:
    commands = (("kubectl", "kustomize"), ("kustomize", "build"))
    command = next((words for words in commands if shutil.which(words[0])), None)
    if command is None:
        pytest.skip("neither kubectl nor kustomize is installed")
    merged = subprocess.run([*command, str(EXAMPLE)], capture_output=True, text=True, timeout=60)
    assert merged.returncode == 0, merged.stderr
    manifests = {document["kind"]: document for document in yaml.safe_load_all(merged.stdout)}
    for kind in manifests.keys() - NOT_OF_KUBERNETES:
        validate(manifests[kind])
    assert manifests.keys() >= {*BASE.keys() - {"Kustomization"}, "ServiceMonitor", "ConfigMap"}
    spaces = {kind: document["metadata"].get("namespace") for kind, document in manifests.items()}
    assert {kind for kind, space in spaces.items() if space != "scoring"} == {"Namespace"}
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    settings = {entry["name"]: entry["value"] for entry in container["env"]}
    volumes = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    [instruments] = [
        volume["configMap"]["name"]
        for volume in pod["volumes"]
        if volume["name"] == volumes[settings["INSTRUMENTS_EXTRA_DIR"]]
    ]
    assert instruments == manifests["ConfigMap"]["metadata"]["name"] != "instruments"
    assert manifests["ConfigMap"]["data"].keys() == {"ward-rating.json"}
    assert container["image"].startswith("registry.example.org/questionnaire-scoring")
    assert settings.keys() >= {"AUTH_MODE", "API_KEYS_FILE"}


def test_definitions_are_read_from_a_folder_as_kubernetes_mounts_one(tmp_path: Path) -> None:
    """Each name is a link into a dated folder: https://kubernetes.io/docs/concepts/storage/volumes/."""
    dated = tmp_path / "..2026_11_30_03_00_00.123456789"
    dated.mkdir()
    shutil.copy(EXAMPLE / "instruments" / "ward-rating.json", dated)
    (tmp_path / "..data").symlink_to(dated.name)
    (tmp_path / "ward-rating.json").symlink_to("..data/ward-rating.json")
    settings = Settings(instruments_extra_dir=tmp_path)
    client = create_app(settings, log_fd=None).test_client()
    scored = client.post("/v1/instruments/ward-rating/score", json={"answers": [4, 3, 2]})
    assert scored.get_json()["scores"]["total"]["value"] == 9


def test_only_what_callers_need_is_reachable_from_outside() -> None:
    [ingress] = read(EXAMPLE / "ingress.yaml")
    paths = {path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}
    assert not paths & {"/", "/metrics", "/livez", "/readyz"}
    for path in paths - {"/openapi.json", "/openapi.yaml", "/docs"}:
        assert path in ("/v1", "/fhir", "/cds-services", "/problems")
