"""`mailer subscribers suppressions`: to how many nothing is sent, and why; never to whom."""

import re

from tests.cli.command import Mailer
from tests.cli.section import bring
from tests.docs.pages import bare, page, table


def test_by_reason_and_never_by_address(mailer: Mailer) -> None:
    none = mailer("subscribers", "suppressions")
    assert (none.code, none.out, none.err) == (0, "", "No address is suppressed.\n")
    assert mailer("subscribers", "suppressions", "--json").json == []
    for address in bring(mailer, 2):
        assert mailer("subscribers", "unsubscribe", address, "--all").code == 0
    run = mailer("subscribers", "suppressions", "--json")
    [one] = run.json
    told = table(page("docs/contract.md"), "`mailer subscribers suppressions --json`")
    assert list(one) == [bare(key) for key, *_ in told]
    assert (one["reason"], one["addresses"]) == ("objection", 2)
    assert one["first"] <= one["last"]
    lines = mailer("subscribers", "suppressions").lines
    assert lines[0].split() == ["REASON", "ADDRESSES", "FIRST", "LAST"]
    assert re.fullmatch(r"on their own wish +2 +20\d\d-\d\d-\d\d +20\d\d-\d\d-\d\d", lines[1].strip())
    assert "@" not in run.out + "".join(lines)
