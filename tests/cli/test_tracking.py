"""`tracking = "none"`: from the campaign's file to the site, nothing is counted anywhere."""

from tests.cli.command import Mailer
from tests.cli.hosted import mails, on_a_free_port, serving
from tests.cli.section import bring


def test_nothing_is_counted(mailer: Mailer) -> None:
    section = on_a_free_port(mailer)
    bring(section, 2)
    section.campaign("direct", body="[Lire l’accord](https://example.org/a)", front='tracking = "none"\n')
    sent = section("send", "direct", "--yes", "--json")
    assert (sent.code, sent.json["sent"], sent.json["links"]) == (0, 2, [])
    public_id = sent.json["id"]
    for page in mails(section).values():
        assert "/l/" not in page
        assert 'href="https://example.org/a"' in page
    with serving(section) as site:
        assert site.ask(f"/l/{public_id}/1").status == 404
        viewed = site.ask(f"/v/{public_id}").text
        assert 'href="https://example.org/a"' in viewed
        assert "/l/" not in viewed
    assert section("status", "direct", "--json").json["links"] == []
    assert "link 1" not in section("status", "direct").out
