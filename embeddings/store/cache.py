"""Where the store of a text file is kept, and when it is made anew.

A store belongs to a path. It is trusted while the file's size and time of change are those it was made from; if only
the time differs, the content's hash decides; otherwise it is made again. A lock lets one process do that while others
wait for the result.
"""

from __future__ import annotations

import hashlib
import warnings
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from embeddings.store.card import Source, write_card
from embeddings.store.folder import CARD, FILES, Store, open_store, write_store
from textprep.errors import ArtifactError, ConfigError, InputError, InputWarning
from textprep.file_checksum import sha256
from textprep.user_cache import alone


def open_cached(path: Path, cache_dir: Path, member: str | None = None) -> Store:
    """The store of a text file, made now if there is none that fits.

    Raises:
        InputError: The file is missing or cannot be read as word vectors.
        ConfigError: A store must be made and `cache_dir` cannot be written to.
    """
    if not path.is_file():
        raise InputError("no such file", file=path, remedy="check the name and the folder")
    key = hashlib.sha256(f"{path.resolve()}\0{member or ''}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    folder = cache_dir / f"{path.name[:80]}-{key}"
    store = _fitting(folder, path)
    if store is None:
        with alone(folder, remedy="give cache_dir=… or set TEXTMILL_CACHE to a folder that can be written"):
            store = _fitting(folder, path) or _make(folder, path, member)
    return store


def _fitting(folder: Path, path: Path) -> Store | None:
    """The store, if there is one and it is that of the file as it is now."""
    try:
        store = open_store(folder)
    except ArtifactError:
        return None
    now, card = path.stat(), store.card
    if card is None or card.checksums is None or card.source is None or card.source.size != now.st_size:
        return None
    then = card.source
    if then.mtime_ns != now.st_mtime_ns:
        if then.sha256 != sha256(path):
            return None
        from textprep.atomic import atomic_file  # here, since most often nothing is written and milliseconds count

        fresh = replace(then, mtime_ns=now.st_mtime_ns)
        with suppress(OSError, ConfigError), atomic_file(folder / CARD) as file:  # else we hash every time
            write_card(file, replace(card, source=fresh))
    return store


def _make(folder: Path, path: Path, member: str | None) -> Store:
    from embeddings.formats.detect import read_blocks
    from textprep.atomic import atomic_folder
    from textprep.worker_threads import Workers

    blocks = closing(read_blocks(path, member))  # closed at once if anything stops us, so that its threads end
    with closing(Workers(1)) as side, atomic_folder(folder, lambda _: FILES) as part, blocks as rows:
        before = path.stat()
        checksum = side.submit(sha256, path)
        card = write_store(part, rows)
        source = Source(path.name, before.st_size, before.st_mtime_ns, checksum.result())
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise InputError("changed while it was read", file=path, remedy="open it again when it is complete")
        write_card(part / CARD, replace(card, source=source))
    if card.duplicates:
        told = f"{path}: left out {card.duplicates} rows whose word had come before"
        warnings.warn(told, InputWarning, stacklevel=4)
    return open_store(folder)
