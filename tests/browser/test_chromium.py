"""A machine without Chromium: nothing is looked at, and that is said."""

from pathlib import Path

import pytest

from tests.browser.chromium import must_be_there, programs

ROOT = Path(__file__).parents[2]


def test_without_chromium_the_tests_are_skipped_naming_the_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install") as skipped:
        must_be_there()
    listed = (ROOT / ".ci" / "apt.txt").read_text("utf-8").split("\n")
    named = str(skipped.value).partition("install ")[2].split()
    assert named
    assert set(named) <= set(listed)


def test_in_ci_they_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="chromium"):
        must_be_there()


def test_elsewhere_it_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="chromedriver"):
        programs()
