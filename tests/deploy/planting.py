"""Planting of mistakes: a text is replaced in a good file, and the check has to find it at the right place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """A mistake: what it is, the text that it replaces by another, and the path of the finding that is expected."""

    what: str
    text: str
    mistake: str
    path: str
    # The first place after this text is meant.
    after: str = ""
    everywhere: bool = False


def plant(good, planted):
    """The file with the mistake. A text that is gone from the file would make the mistake one that tests nothing."""
    start = good.find(planted.after)
    place = good.find(planted.text, max(start, 0))
    if start < 0 or place < 0:
        raise SystemExit(f"{planted.what}: {planted.text!r} is not in the file any more; plant it elsewhere")
    if planted.everywhere:
        return good.replace(planted.text, planted.mistake)
    return good[:place] + planted.mistake + good[place + len(planted.text) :]


def run(good, mistakes, check):
    """Plants one mistake after the other; gives how many there were, and ends with those that were not found."""
    unfounded = check(good)
    if unfounded:
        raise SystemExit("the good file is not good:\n" + "\n".join(map(str, unfounded)))
    missed = []
    for planted in mistakes:
        findings = check(plant(good, planted))
        if planted.path not in {finding.path for finding in findings}:
            found = "".join(f"\n    {finding}" for finding in findings) or " nothing"
            missed.append(f"{planted.what}: nothing found at {planted.path or 'the document'}, but{found}")
    if missed:
        raise SystemExit("\n".join(missed))
    return len(mistakes)
