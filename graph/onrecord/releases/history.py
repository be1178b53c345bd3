"""Releases of a folder in their order: a release names no other, so it is read from the folder."""

from pathlib import Path

from onrecord.releases.release import MANIFEST, Release, day_of, open_release, release_names


def in_order(releases: Path) -> list[str]:
    """Return the names of the releases in a folder, the oldest first.

    By day; two of one day by when they were written, since their names differ by a hash only.
    """

    def written(name: str) -> int:
        try:
            return (releases / name / MANIFEST).stat().st_mtime_ns
        except OSError:
            return 0

    names = release_names(releases)
    return sorted(names, key=lambda name: (day_of(name), written(name), name))


def previous(releases: Path, name: str) -> str:
    """Return the release before one; empty for the first."""
    names = in_order(releases)
    place = names.index(name) if name in names else 0
    return names[place - 1] if place else ""


def index(releases: Path, latest: str) -> dict[str, object]:
    """Return the list of the releases in a folder, with the files, sizes and hashes of each."""
    names = in_order(releases)
    return {
        "latest": latest,
        "releases": [
            _entry(open_release(releases, name), names[place - 1] if place else None)
            for place, name in enumerate(names)
        ],
    }


def _entry(release: Release, before: str | None) -> dict[str, object]:
    return {
        "name": release.name,
        "issued": day_of(release.name),
        "previous": before,
        "dataset": release.manifest.get("dataset"),
        "address": f"/dumps/{release.name}/",
        "delta": f"/dumps/{release.name}/delta/{before}/" if before else None,
        "files": [
            {
                "name": file.removeprefix("dumps/"),
                "size": (release.path / file).stat().st_size,
                "sha256": digest,
            }
            for file, digest in sorted(release.files.items())
        ],
    }
