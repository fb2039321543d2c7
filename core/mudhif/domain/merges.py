"""Which record of a person stands for the others that were merged into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def representative(person: str, merged_into: Callable[[str], str | None]) -> str:
    """The end of the chain of merges that begins at a person.

    Two laptops apart may merge each into the other. Then the least id of that ring stands for all, so that every
    laptop says the same, and a person is asked.

    >>> merged = {"a": "b", "b": None, "x": "y", "y": "x"}
    >>> [representative(one, merged.get) for one in "abxy"]
    ['b', 'b', 'x', 'x']
    """
    way = [person]
    while (following := merged_into(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


#: Of two registrations of one person for one event, the one that stands is the first of these.
STANDING = {"registered": 0, "waiting": 1, "invited": 2, "cancelled": 3}


def standing(registrations: Iterable[tuple[str, str, bool]]) -> str:
    """The id of the registration that stands for all of one person's at one event: nobody loses a place by a merge.

    Args:
        registrations: (id, status, whether it is of the person who stands for the others), at least one.
    """
    return min(registrations, key=lambda one: (STANDING.get(one[1], len(STANDING)), not one[2], one[0]))[0]
