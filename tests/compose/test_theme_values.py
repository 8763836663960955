"""The theme written into a template before Jinja2 reads it: same words, same faults."""

import pytest

from mailer.compose.template import Template
from mailer.errors import FaultsError

THEME = {"light": {"text": "#1d2733", "font": "'Segoe UI', <b>"}, "size": 17, "odd": "{{ 1 }}"}


def rendered(layout: str) -> str:
    sources = {"layout.mjml": layout, "blocks.html": "", "layout.txt": "", "theme.toml": ""}
    return Template(name="t", folder="templates/t", sources=sources, theme=THEME).render("layout.mjml", {})


@pytest.mark.parametrize(
    "layout, written",
    [
        ("{{ theme.light.text }} {{ theme.size }}", "#1d2733 17"),
        ("{{ theme.light.font }}", "&#39;Segoe UI&#39;, &lt;b&gt;"),
        ("{{ theme.light.font|upper }}", "&#39;SEGOE UI&#39;, &lt;B&gt;"),
        ("{{ theme.odd }}", "{{ 1 }}"),
        ("{% raw %}{{ theme.size }}{% endraw %}", "17"),
    ],
)
def test_values_are_what_jinja_would_have_written(layout: str, written: str) -> None:
    assert rendered(layout) == written


@pytest.mark.parametrize("lookup", ["theme.light.colour", "theme.none", "theme.light.text.deeper"])
def test_what_the_theme_lacks_is_reported_at_its_line(lookup: str) -> None:
    with pytest.raises(FaultsError) as caught:
        rendered(f"\n\n{{{{ {lookup} }}}}")
    assert [str(found.place) for found in caught.value.findings] == ["templates/t/layout.mjml:3:1"]


def test_every_faulty_file_is_said_at_once() -> None:
    sources = {"layout.mjml": "{% if %}", "blocks.html": "\n{{", "layout.txt": "ok", "theme.toml": ""}
    template = Template(name="t", folder="templates/t", sources=sources, theme={})
    assert [str(found.place) for found in template.faults()] == [
        "templates/t/layout.mjml:1:1",
        "templates/t/blocks.html:2:1",
    ]
