from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import platformdirs
import pytest

from textprep.errors import ConfigError
from textprep.user_cache import alone, cache_folder


def test_the_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TEXTMILL_CACHE", "somewhere")
    assert cache_folder() == Path("somewhere")
    monkeypatch.delenv("TEXTMILL_CACHE")
    assert cache_folder() == platformdirs.user_cache_path("textmill", appauthor=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of the XDG specification")
def test_the_cache_folder_on_linux(monkeypatch, tmp_path):
    monkeypatch.delenv("TEXTMILL_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "textmill"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "textmill"


def test_one_thread_at_a_time(tmp_path):
    inside, most = 0, 0

    def work():
        nonlocal inside, most
        with alone(tmp_path / "deep" / "thing"):
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == (0, 1)


def test_a_process_that_is_killed_leaves_the_lock_free(tmp_path):
    code = f"""
import time
from pathlib import Path
from textprep.user_cache import alone
with alone(Path({str(tmp_path / "thing")!r})):
    print("mine", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "mine\n"
        entered = threading.Event()
        waiting = threading.Thread(target=lambda: enter(tmp_path / "thing", entered))
        waiting.start()
        assert not entered.wait(0.2)
        process.kill()
    waiting.join(10)
    assert entered.is_set()


def enter(target, entered):
    with alone(target):
        entered.set()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot write to the cache folder .*file.*; set TEXTMILL_CACHE"):
        alone(tmp_path / "file" / "thing").__enter__()
    with (
        pytest.raises(ConfigError, match=r"file .*; ask somebody$"),
        alone(tmp_path / "file" / "thing", remedy="ask somebody"),
    ):
        pass
