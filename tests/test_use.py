"""The lines for each client on the page "Use the data" are run as they stand there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from built_releases import ReleaseOf
from clinic_release import BASE
from conftest import require_command
from endpoint_release import Server, served
from onrecord_server.pages.exchange.clients import clients

PACKAGES = {"bash": "bash", "Rscript": "r-base-core", "node": "nodejs", "perl": "perl"}


@pytest.fixture(scope="module")
def server(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("use")
    release_of("clinic", folder / "releases")
    with served(folder, folder / "releases", workers=1) as running:
        yield running


@pytest.mark.parametrize("client", clients(), ids=lambda client: client.title)
def test_the_lines_for_a_client_run_as_they_stand(
    server: Server, client: tuple[str, str, str], tmp_path: Path
) -> None:
    title, program, _ = client
    page = server.fetch("/use", headers={"Accept": "text/html"}).text
    (lines,) = re.findall(rf"<h2>{re.escape(title)}</h2>\n<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    file = tmp_path / "lines.mjs"
    file.write_text(unescape(lines), encoding="utf-8")
    runner = sys.executable
    if program != "python":
        runner = require_command(program, PACKAGES[program])
    ran = subprocess.run(
        [runner, str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stderr if program != "node" else "") == (0, ""), ran.stderr
    assert f"{BASE}claim/" in ran.stdout or "claim:" in ran.stdout
    if program == "bash":
        assert (tmp_path / "quantities.csv").read_text(encoding="utf-8").count(BASE) > 3
