"""Other drafters beside the rules: chosen by name, asked for a text, and never trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from itertools import islice

from onrecord.drafting.draft import RULES, Draft
from onrecord.drafting.drafters.agreement import joined
from onrecord.drafting.drafters.proposal import MOST, Drafter, proposals
from onrecord.drafting.drafters.proposal_check import checked, read_for_check
from onrecord.errors import UsageError, nearest

DRAFTERS = "onrecord.drafters"
"""The group of entry points by which another package adds a drafter."""
FAILURES = 3
"""After so many failures in succession a drafter is not asked again."""


@dataclass(slots=True)
class OtherDrafters:
    """Drafters by name, and how often each has failed since it last answered."""

    drafters: Mapping[str, Drafter]
    warn: Callable[[str], None]
    """What is called with one line when a drafter fails."""
    failures: dict[str, int] = field(default_factory=dict)

    def add_to(self, found: Sequence[Draft], text: str, language: str | None = None) -> list[Draft]:
        """Return drafts of the rules with what the others propose and the check lets pass.

        A drafter that fails adds nothing, and takes nothing away.
        """
        drafts = list(found)
        asked = {name: one for name, one in self.drafters.items() if not self._has_failed(name)}
        if not asked or not text.strip():
            return drafts
        read = read_for_check(text, language)
        for name, drafter in asked.items():
            given: list[object] = []
            try:
                # One by one, so that what came before a failure is there.
                for value in islice(drafter(text), MOST):
                    given.append(value)  # noqa: PERF402
                self.failures[name] = 0
            except Exception as error:  # other people's code, which must not end ours
                self._tell(name, error)
            proposed = proposals(given)
            passed = checked(read, proposed, name)
            if len(passed) < len(proposed):
                self.warn(
                    f"{name}: {len(proposed) - len(passed)} of {len(proposed)} proposals left out:"
                    " not said so in the text, or twice"
                )
            drafts = joined(drafts, passed)
        return drafts

    def _has_failed(self, name: str) -> bool:
        return self.failures.get(name, 0) >= FAILURES

    def _tell(self, name: str, error: Exception) -> None:
        self.failures[name] = self.failures.get(name, 0) + 1
        said = one_line(str(error)) or type(error).__name__
        more = ", and it is not asked again" if self._has_failed(name) else ""
        self.warn(f"{name}: {said}; the drafts of the rules are all there{more}")


def one_line(words: str, most: int = 300) -> str:
    """Return words of others as one line that a terminal shows as it is."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in words[: 4 * most]).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def installed_drafter(name: str) -> Drafter:
    """Return the drafter that an installed package offers. Raises UsageError."""
    known = entry_points(group=DRAFTERS)
    if name == RULES or name not in known.names:
        raise UsageError(f"--drafter {name}: no such drafter is installed{_there_are(known.names)}")
    try:
        drafter: Drafter = known[name].load()
    except Exception as error:  # whatever the import of other people's code raises
        raise UsageError(f"--drafter {name}: cannot be loaded, {one_line(str(error))}") from error
    if not callable(drafter):
        raise UsageError(f"--drafter {name}: is no function from a text to drafts")
    return drafter


def _there_are(names: set[str]) -> str:
    return nearest("", names) or f"; a package adds one by the entry-point group {DRAFTERS}"
