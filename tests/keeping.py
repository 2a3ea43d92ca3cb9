"""What many tests begin with: built once, and from then on copied into their databases.

The use cases that build it cost more than most of the tests that begin with it.
"""

import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from rewards.core.db import db
from tests.applications import remove_sqlite

REWOUND = "rewound"


class Keeper:
    """What was built in the databases of one process, and what the builders returned."""

    def __init__(self, folder):
        self._folder = folder
        self._kept = {}
        self._filled = {}

    def fill(self, database, emptier, name, build):
        """Fill *database* as *build* does, and return what it returned.

        What has been written there must be known, for a copy takes its place: nothing,
        or what was filled in just before. On top of anything else it is built anew.
        """
        copies = self._find_copies(database, emptier)
        before = self._name_content(database, copies)
        if before is None:
            return build()
        content = (*before, name)
        key = (database.url, content)
        if key not in self._kept:
            self._kept[key] = build()
            db.session.remove()
            copies.keep("+".join(content))
        else:
            db.session.remove()
            copies.restore("+".join(content))
        self._filled[database.url] = (content, copies.find_mark())
        return self._kept[key]

    def found_empty(self, database):
        """Be told that *database*, one of SQLite, holds nothing but what the migrations left."""
        mark = self._find_copies(database, None).find_mark()
        self._filled[database.url] = ((), mark)

    @contextmanager
    def rewinding(self, database, emptier):
        """Give a function that puts *database* back to what it is now."""
        copies = self._find_copies(database, emptier)
        db.session.remove()
        copies.keep(REWOUND)

        def rewind():
            db.session.remove()
            copies.restore(REWOUND)

        yield rewind
        copies.forget(REWOUND)

    def _find_copies(self, database, emptier):
        return _Postgresql(emptier) if emptier else _Sqlite(database, self._folder)

    def _name_content(self, database, copies):
        """Return the names of what is in the database, or None if that is not known."""
        content, mark = self._filled.get(database.url, ((), None))
        if mark is not None and mark == copies.find_mark():
            return content
        is_empty = db.session.scalar(sa.text("SELECT 1 FROM nodes LIMIT 1")) is None
        return () if is_empty else None


class _Sqlite:
    def __init__(self, database, folder):
        self._file = Path(database.url.removeprefix("sqlite:///"))
        self._folder = folder

    def find_mark(self):
        """Return what is another one after the next write."""
        return [
            (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_size)
            for path in (self._file, Path(f"{self._file}-wal"))
            if path.exists() and path.stat().st_size
        ]

    def keep(self, name):
        db.engine.dispose()
        with (
            closing(sqlite3.connect(self._file)) as source,
            closing(sqlite3.connect(self._folder / name)) as copy,
        ):
            source.backup(copy)

    def restore(self, name):
        db.engine.dispose()
        remove_sqlite(self._file)
        shutil.copyfile(self._folder / name, self._file)

    def forget(self, name):
        (self._folder / name).unlink()


class _Postgresql:
    def __init__(self, emptier):
        self._emptier = emptier

    def find_mark(self):
        """Return what is another one after the next write, of anybody."""
        return self._emptier.find_position()

    def keep(self, name):
        self._emptier.keep(name)

    def restore(self, name):
        self._emptier.run(name)

    def forget(self, name):
        self._emptier.forget(name)
