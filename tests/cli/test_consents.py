"""What somebody agreed to, and who has not confirmed yet, as `show` and `lists` tell them."""

from mailer.store.consents import SUBSCRIPTION, TRACKING
from mailer.wiring.doors import store_of
from mailer.workspace.folder import open_workspace
from tests.cli.command import Mailer
from tests.docs.pages import bare, page, table

ZOE, ANA = "zoe@example.org", "ana@example.org"


def test_consents_with_their_words_and_sign_ups_that_wait(mailer: Mailer) -> None:
    assert mailer("subscribers", "add", ZOE, "--list", "sample").code == 0
    store = store_of(open_workspace(mailer.folder, {}))
    try:
        with store.together():
            number = store.people.number_of(ZOE)
            assert number is not None
            said = {"channel": "page", "proof": "c0ffee"}
            store.consents.record(number, SUBSCRIPTION, text="Yes.\nGladly.", slug="sample", **said)
            store.consents.record(number, TRACKING, text="My clicks too.", **said)
            store.consents.withdraw(number, TRACKING)
            store.signups.ask(ANA, "sample", "fr")
    finally:
        store.close()
    known = mailer("subscribers", "show", ZOE, "--json").json
    assert list(known) == [
        bare(key) for key, *_ in table(page("docs/contract.md"), "`mailer subscribers show --json`")
    ]
    assert {one["purpose"]: (one["list"], one["text"], one["ending"]) for one in known["consents"]} == {
        "subscription": ("sample", "Yes.\nGladly.", ""),
        "tracking": ("", "My clicks too.", "withdrawn"),
    }
    lines = mailer("subscribers", "show", ZOE).out
    assert "consent (to receive messages, sample): 20" in lines
    assert "“Gladly.”" in lines
    assert ": withdrawn" in lines
    [waiting] = mailer("subscribers", "show", ANA, "--json").json["signups"]
    assert (waiting["list"], waiting["since"] < waiting["until"]) == ("sample", True)
    [sample] = [one for one in mailer("lists", "--json").json if one["list"] == "sample"]
    assert (sample["subscribed"], sample["pending"]) == (1, 1)
