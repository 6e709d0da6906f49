"""Pictures by an installed browser: what is said where there is none, or where it paints nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tpm.charts import picture


def test_without_a_browser_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture.shutil, "which", lambda _: None)
    monkeypatch.setattr(picture, "_PLACES", ())
    assert picture.browser() is None
    with pytest.raises(picture.PictureError, match="no Chromium"):
        picture.painted("<p>x</p>", 10, 10)


@pytest.mark.parametrize("writes", ["", "not a picture"])
def test_a_browser_that_paints_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: str) -> None:
    fake = tmp_path / "chromium"
    fake.write_text(f'''#!/bin/sh
for word in "$@"; do
  case "$word" in --screenshot=*) printf "{writes}" > "${{word#--screenshot=}}";; esac
done
''')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(picture, "browser", lambda: str(fake))
    with pytest.raises(picture.PictureError, match="painted nothing"):
        picture.painted("<p>x</p>", 10, 10)


def test_a_browser_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(picture, "browser", lambda: str(fake))
    monkeypatch.setattr(picture, "_SECONDS_MOST", 0.2)
    with pytest.raises(picture.PictureError, match="did not finish"):
        picture.painted("<p>x</p>", 10, 10)


def test_the_size_of_a_picture_is_read_from_its_head() -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (360).to_bytes(4, "big")
    assert picture.size(head) == (640, 360)
    assert picture.size(b"GIF89a") is None
