"""What a process keeps for a while, made once for all who ask for it at the same time."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

Key = tuple[Hashable, ...]
# At this part of its age a thing is made anew by whoever asks first, while the others still get the one before.
RIPE = 0.8


class Keeper:
    """What this process keeps of one kind: so many things at most, each for so many seconds by a steady clock."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self.kept: dict[Key, Kept] = {}
        self.lock = threading.Lock()

    def find(self, key: Key, patience: float = 0.0) -> "Kept | None":
        """What is kept under this key, while it is young enough; None for who is to make it.

        The first who asks in time, or else too late, makes it anew. Others get the one before while it is young enough,
        and then wait so many seconds for the new one.
        """
        found = self.kept.get(key)
        if found is None or self._is_young(found, RIPE):
            return found
        if found.is_mine_to_renew():
            return None
        if not self._is_young(found):
            found.renewed.wait(patience)
            found = self.kept.get(key)
        return found if found and self._is_young(found) else None

    def keep(self, key: Key, thing: Any, since: float) -> "Kept":
        """Keep it in place of the one before; where there is no room, everything else goes."""
        kept = Kept(thing, since)
        with self.lock:
            if len(self.kept) >= self.most:
                self.kept.clear()
            self.kept[key] = kept
        return kept

    def made(self, key: Key, make: Callable[[], Any], since: float) -> "Kept":
        """What is kept, or else what `make` gives, kept from now on."""
        return self.find(key) or self.keep(key, make(), since)

    def _is_young(self, kept: "Kept", part: float = 1.0) -> bool:
        return self.clock() - kept.since < self.seconds * part


class Kept:
    """A thing, and since when it is so."""

    __slots__ = ("renewal", "renewed", "since", "thing")

    def __init__(self, thing: Any, since: float) -> None:
        self.thing, self.since = thing, since
        self.renewal, self.renewed = threading.Lock(), threading.Event()

    def is_mine_to_renew(self) -> bool:
        """True once, for the first who asks."""
        return self.renewal.acquire(blocking=False)
