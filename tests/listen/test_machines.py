"""Which names are machines': those that say so, and no browser's."""

import tomllib
from datetime import date
from importlib.resources import files
from time import perf_counter

import pytest

from mailer.listen.clicks import is_counted
from mailer.listen.machines import is_machine, marks

BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Edg/142.0.0.0"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.3 Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
        "Chrome/130.0.0.0 Mobile Safari/537.36"
    ),
    # A telephone, and a browser inside a messenger: people's.
    (
        "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 Instagram 360.0.0 (iPhone14,2; iOS 18_3; fr_FR)"
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
        "Safari/605.1.15 Epiphany/605.1.15"
    ),
    "Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1",
    "Python-urllib/3.11",
    "",
]
MACHINES = [
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    (
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    ),
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Microsoft Office Existence Discovery",
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
    ),
    "BarracudaCentral/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0",
]


@pytest.mark.parametrize("name", BROWSERS)
def test_a_browser_is_nobody_s_machine(name: str) -> None:
    assert not is_machine(name.encode())
    assert is_counted("GET", [(b"user-agent", name.encode())])


@pytest.mark.parametrize("name", MACHINES)
def test_what_names_itself_is_set_aside(name: str) -> None:
    for spelt in (name, name.upper(), name.lower()):
        assert is_machine(spelt.encode())
        assert not is_counted("GET", [(b"host", b"x"), (b"user-agent", spelt.encode())])


def test_only_the_name_is_looked_at() -> None:
    assert is_counted("GET", [(b"referer", b"https://googlebot/"), (b"x-forwarded-for", b"barracuda")])


def test_the_file_is_in_good_form() -> None:
    text = files("mailer.listen").joinpath("machines.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    assert date.fromisoformat(told["version"])
    for one in told["machines"]:
        assert set(one) == {"who", "marks", "source"}
        assert one["who"]
        assert one["source"]
    assert len(set(marks())) == len(marks())
    assert all(mark == mark.lower() and len(mark) >= 4 for mark in marks())


def test_it_is_quick_and_read_once() -> None:
    """A redirect takes 200 µs, which this must not spoil; a name as long as a header may be is cut."""
    name = (BROWSERS[1] * 1000).encode()
    is_machine(name)
    assert marks() is marks()
    began = perf_counter()
    for _ in range(1000):
        is_machine(name)
    assert perf_counter() - began < 0.2  # 10 µs each; twenty times slower is a busy machine
