"""What the journal asks of the file system, in one place, so that tests can make each call fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from ..errors import StartError


class Files(Protocol):
    """Calls of the file system; each raises OSError as the system does."""

    def open(self, path: Path) -> int:
        """Open for reading and appending, made where it is absent, readable by its owner only."""
        ...

    def size(self, handle: int) -> int:
        """Bytes in the file."""
        ...

    def read(self, handle: int, length: int, offset: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        ...

    def write(self, handle: int, data: bytes) -> int:
        """Append; gives how many bytes were written, which may be fewer than asked."""
        ...

    def sync(self, handle: int) -> None:
        """Have the device keep what was written."""
        ...

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file at `size`."""
        ...

    def close(self, handle: int) -> None:
        """Let go of the file."""
        ...

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in another's place, at once."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file; no error where there is none."""
        ...

    def sync_folder(self, folder: Path) -> None:
        """Have the device keep the folder's names."""
        ...


class DiskFiles:
    """The file system itself."""

    def open(self, path: Path) -> int:
        """Open for reading and appending, made where it is absent, readable by its owner only."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)

    def size(self, handle: int) -> int:
        """Bytes in the file."""
        return os.fstat(handle).st_size

    def read(self, handle: int, length: int, offset: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        return os.pread(handle, length, offset)

    def write(self, handle: int, data: bytes) -> int:
        """Append; gives how many bytes were written, which may be fewer than asked."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Have the device keep what was written."""
        os.fsync(handle)

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file at `size`."""
        os.ftruncate(handle, size)

    def close(self, handle: int) -> None:
        """Let go of the file."""
        os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in another's place, at once."""
        os.replace(source, target)

    def remove(self, path: Path) -> None:
        """Remove a file; no error where there is none."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Have the device keep the folder's names."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_all(files: Files, handle: int, data: bytes) -> None:
    """Append all of `data`, in as many calls as that takes; raises OSError where it can't be done."""
    written = files.write(handle, data)
    while written < len(data):
        more = files.write(handle, data[written:])
        if more <= 0:
            raise OSError("a write took nothing")
        written += more


def lock_folder(folder: Path) -> int:
    """Hold a data folder until the handle is closed; raises StartError where another process does."""
    import fcntl

    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        os.close(handle)
        by = f" (process {holder})" if holder else ""
        raise StartError(f"data folder {folder} is in use by another mockserver{by}") from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle
