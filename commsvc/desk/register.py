"""Who is who at this moment: the directory as it is kept, and what people have confirmed since."""

from collections.abc import Sequence

from commsvc.domain.case.directory import Directory
from commsvc.domain.case.learnt import Learnt, taught
from commsvc.ports import Store


class Register:
    """The one directory that every tick and page looks at. It changes between ticks, never within one."""

    def __init__(self, kept: Directory) -> None:
        self._kept = self._current = kept
        self._learnt: Sequence[Learnt] = ()
        self._seen: object = None

    def current(self) -> Directory:
        return self._current

    def keep(self, directory: Directory) -> None:
        """The directory is kept differently from now on."""
        self._kept = directory
        self._current = taught(directory, self._learnt)

    def learn(self, store: Store) -> int:
        """Take over what people have confirmed since the last time; returns 0, for nothing has to follow."""
        seen = store.learnt.revision()
        if seen != self._seen:
            self._learnt, self._seen = store.learnt.confirmed(), seen
            self._current = taught(self._kept, self._learnt)
        return 0
