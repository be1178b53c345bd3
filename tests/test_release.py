"""Releases: the same records give the same bytes, and a kill or a full disk leaves the old one."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
from jsonschema import Draft202012Validator
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from conftest import REPOSITORY
from onrecord.derivation.derived import rules
from onrecord.derivation.rule import Rule, read_rules
from onrecord.errors import UsageError
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import RefusedError, build
from onrecord.releases.release import ReleaseError, open_release, release_names
from sample_release import SAMPLE

COMMAND = [
    sys.executable, "-m", "onrecord", "build",
    "--collection", str(SAMPLE / "records"), "--archive", str(SAMPLE / "archive"),
]  # fmt: skip


def made(releases: Path) -> Path:
    report = check_records(read_collection(SAMPLE / "records"), open_archive([SAMPLE / "archive"]))
    return build(report, releases).path


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample."""
    return made(tmp_path_factory.mktemp("releases"))


def test_the_same_records_give_the_same_bytes(release: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "123"}
    subprocess.run([*COMMAND, "--releases", str(tmp_path)], check=True, env=environment)
    again = tmp_path / release.name
    for path in release.rglob("*"):
        if path.is_file() and "store" not in path.relative_to(release).parts:
            assert (again / path.relative_to(release)).read_bytes() == path.read_bytes(), path


def test_the_manifest_has_the_hash_of_every_file(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    for name, digest in manifest["files"].items():
        assert sha256((release / name).read_bytes()).hexdigest() == digest


def test_the_report_follows_the_schema_of_findings_and_keeps_each_verdict(
    release: Path, tmp_path: Path
) -> None:
    schema = Draft202012Validator(
        json.loads((REPOSITORY / "docs" / "findings.schema.json").read_text())
    )
    whole = json.loads((release / "report.json").read_bytes())
    (tmp_path / "archive").mkdir()
    shutil.copy(SAMPLE / "archive" / "quay.txt", tmp_path / "archive")
    some = check_records(read_collection(SAMPLE / "records"), open_archive([tmp_path / "archive"]))
    part = json.loads((build(some, tmp_path / "releases").path / "report.json").read_bytes())
    for report in (whole, part):
        schema.validate(report)
        statuses = Counter(verdict["status"] for verdict in report["verdicts"])
        assert statuses == Counter(report["passages"])
        names = [verdict["passage"] for verdict in report["verdicts"]]
        assert names == sorted(set(names))
    assert set(whole["passages"].values()) == {51, 0}
    assert part["passages"]["verified"] > 10
    assert part["passages"]["not checked"] > 10
    verdicts = {each["passage"]: each["status"] for each in part["verdicts"]}
    passage = "https://example.org/harbour/attestation/{}#passage"
    assert verdicts[passage.format("no-longer-ahead-quay")] == "verified"
    assert verdicts[passage.format("still-ahead-gazette")] == "not checked"


def test_a_release_is_the_same_wherever_the_records_lie(release: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "elsewhere")
    report = check_records(
        read_collection(tmp_path / "elsewhere" / "records"), open_archive([SAMPLE / "archive"])
    )
    again = build(report, tmp_path / "releases")
    assert again.name == release.name
    assert (again.path / "report.json").read_bytes() == (release / "report.json").read_bytes()


def test_findings_of_a_release_name_files_from_the_root_of_the_collection(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "records", tmp_path / "records")
    topics = tmp_path / "records" / "topics.ttl"
    text = topics.read_text(encoding="utf-8")
    topics.write_text(re.sub(r" +skos:definition [^;]*;\n", "", text, count=1), "utf-8")
    report = check_records(read_collection(tmp_path / "records"), open_archive([]))
    released = json.loads((build(report, tmp_path / "releases").path / "report.json").read_bytes())
    (finding,) = released["findings"]
    assert (finding["severity"], finding["file"]) == ("warning", "topics.ttl")
    assert released["counts"] == {"violation": 0, "warning": 1, "info": 0}
    assert "topics.ttl" in released["files"]


def test_the_files_of_the_rules_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(folder: Path, functions: Iterable[Rule]) -> list[Rule]:
        read.append(folder)
        return read_rules(folder, functions)

    monkeypatch.setattr("onrecord.derivation.derived.read_rules", counted)
    rules.cache_clear()
    made(tmp_path / "releases")
    assert len(read) == 1


def test_every_dump_says_the_same(release: Path) -> None:
    triples = Graph().parse(release / "dumps" / "onrecord.nt")
    assert isomorphic(Graph().parse(release / "dumps" / "onrecord.ttl"), triples)
    assert isomorphic(Graph().parse(release / "dumps" / "onrecord.jsonld"), triples)
    assert set(Dataset().parse(release / "dumps" / "onrecord.trig")) == set(
        Dataset().parse(release / "dumps" / "onrecord.nq")
    )


def test_dumps_keep_the_form_of_literals(release: Path) -> None:
    text = (release / "dumps" / "onrecord.nq").read_text(encoding="utf-8")
    assert '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>' in text
    assert '"P2M"^^<http://www.w3.org/2001/XMLSchema#duration>' in text


def test_the_store_holds_each_triple_once_in_the_default_graph(release: Path) -> None:
    store = ox.Store.read_only(str(release / "store"))
    (row,) = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    lines = (release / "dumps" / "onrecord.nt").read_text(encoding="utf-8").splitlines()
    assert int(row["n"].value) == len(lines)


def test_a_derived_graph_is_said_to_be_made_by_its_rule(release: Path) -> None:
    text = (release / "void.ttl").read_text(encoding="utf-8")
    assert "graph/derived/comparison" in text
    assert "rule:comparison" in text


def test_a_release_that_is_there_is_left_as_it_is(release: Path) -> None:
    before = (release / "manifest.json").stat().st_mtime_ns
    assert made(release.parent) == release
    assert (release / "manifest.json").stat().st_mtime_ns == before
    assert release_names(release.parent) == [release.name]


def test_a_collection_with_violations_is_not_released(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    subprocess.run(["cp", "-r", str(SAMPLE / "records"), str(folder)], check=True)
    topics = folder / "topics.ttl"
    topics.write_text(topics.read_text(encoding="utf-8").replace("a skos:Concept ;", "", 1))
    report = check_records(read_collection(folder), open_archive([]))
    with pytest.raises(RefusedError, match="nothing was released"):
        build(report, tmp_path / "releases")
    assert not (tmp_path / "releases").exists()


def test_a_kill_at_any_moment_leaves_the_old_release_and_nothing_half_written(
    release: Path, tmp_path: Path
) -> None:
    """The build is killed at twelve moments; each time what is there is whole."""
    releases = tmp_path / "releases"
    subprocess.run(["cp", "-r", str(release.parent), str(releases)], check=True)
    changed = tmp_path / "records"
    subprocess.run(["cp", "-r", str(SAMPLE / "records"), str(changed)], check=True)
    curations = changed / "curations.ttl"
    curations.write_text(curations.read_text(encoding="utf-8").replace("2024-06-01", "2024-06-03"))
    command = [*COMMAND[:4], "--collection", str(changed), "--releases", str(releases)]
    started = time.monotonic()
    subprocess.run([*command[:-1], str(tmp_path / "timing")], check=True)
    whole = time.monotonic() - started
    finished = 0
    for moment in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.3 + 0.07 * moment))
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = open_release(releases)
        store = ox.Store.read_only(str(current.path / "store"))
        assert len(store) > 0
        for name in release_names(releases):
            each = open_release(releases, name)
            for file, digest in each.files.items():
                assert sha256((each.path / file).read_bytes()).hexdigest() == digest
        finished += current.name != release.name
    subprocess.run(command, check=True)
    assert open_release(releases).name != release.name
    left = [path.name for path in releases.iterdir() if path.name.startswith(".")]
    assert left == [], "a later build clears what killed ones left"


def test_a_full_disk_is_one_line_and_nothing_is_released(tmp_path: Path) -> None:
    def no_large_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    result = subprocess.run(
        [*COMMAND, "--releases", str(tmp_path)],
        capture_output=True, text=True, preexec_fn=no_large_files,
    )  # fmt: skip
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "nothing was released" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_release_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="onrecord build"):
        open_release(tmp_path)
    (tmp_path / "2024-06-01-00000000").mkdir()
    with pytest.raises(ReleaseError, match="not a release"):
        open_release(tmp_path, "2024-06-01-00000000")
    for name in ("../etc", "latest", "x"):
        with pytest.raises(UsageError, match="no such release"):
            open_release(tmp_path, name)
