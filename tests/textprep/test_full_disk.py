from __future__ import annotations

import errno
from pathlib import Path

import pytest

from textprep.full_disk import is_full, room_for


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EROFS])
def test_a_full_disk_gets_the_name_of_the_output(number: int) -> None:
    with pytest.raises(OSError, match=r"tokens\.parquet") as caught, room_for(Path("tokens.parquet")):
        raise OSError(number, "no room")
    assert caught.value.errno == number
    assert is_full(caught.value)


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(FileNotFoundError, match=r"reviews\.txt") as caught, room_for(Path("tokens.parquet")):
        raise FileNotFoundError(errno.ENOENT, "there is no such file", "reviews.txt")
    assert not is_full(caught.value)
