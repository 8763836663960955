"""mailer.toml and the environment: defaults, origins, secrets, and every fault."""

import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.findings import Finding, Level
from mailer.settings import SETTINGS_KEYS, Settings, read_settings
from mailer.settings.model import hidden

LEAST = """
[organisation]
name = "CGT Exemple"
contact = "contact@example.org"
[sender]
from = "CGT Exemple <tracts@lettre.example.org>"
"""  # 6 lines: what is added begins on line 7

# The example of design.md, one key per line.
WHOLE = """
[organisation]
name = "CGT Exemple"
address = "1 rue …"
contact = "contact@example.org"
language = "fr"
timezone = "Europe/Paris"
legal_representative = ""
dpo = ""
hosting = ""
transfers = ""
employer_domains = []
[sender]
from = "CGT Exemple <tracts@lettre.example.org>"
reply_to = "contact@example.org"
subject_prefix = ""
envelope = ""
[site]
url = "http://127.0.0.1:8000"
trusted_proxies = []
view_days = 90
tracking_consent = false
[database]
url = "sqlite:subscribers/mailer.db"
durability = "full"
[transport]
kind = "smtp"
host = "smtp.example.org"
port = 465
security = "tls"
username = "me"
connections = 8
per_second = 10
per_hour = 3000
per_day = 20000
[[dkim]]
domain = "lettre.example.org"
selector = "s202611"
key_file = "subscribers/keys/dkim-rsa.pem"
[bounces]
address = "retours@lettre.example.org"
separator = "+"
mailbox = "imaps://me@imap.example.org"
[hooks.brevo]
secret_file = "subscribers/keys/hook"
password_file = "subscribers/keys/hook-password"
[send]
test_to = []
witnesses = []
approvers = []
approvals = 0
hold = "10m"
[alerts]
to = []
[retention]
deliveries = "6 months"
bounces = "12 months"
[lists.adherents]
title = "Adhérents"
legal_basis = "members"
legal_ref = ""
reason = "Vous recevez ce message parce que vous êtes adhérent·e."
language = "fr"
"""


def read(text: str, **environ: str) -> Settings:
    settings, findings = read_settings(text, environ=environ)
    assert [finding.say("en") for finding in findings] == []
    assert settings is not None
    return settings


def faults(text: str, **environ: str) -> list[str]:
    settings, findings = read_settings(text, environ=environ)
    assert settings is None
    return [f"{finding.code} {finding.say('en')}" for finding in findings]


def test_the_least_there_is_and_its_defaults() -> None:
    settings = read(LEAST)
    assert settings.organisation.name == "CGT Exemple"
    assert (settings.organisation.language, settings.organisation.timezone) == ("fr", "Europe/Paris")
    assert settings.sender.mailbox == "CGT Exemple <tracts@lettre.example.org>"
    assert (settings.site.url, settings.site.view_days) == ("", 90)
    assert (settings.database.url, settings.database.durability) == ("sqlite:subscribers/mailer.db", "full")
    assert (settings.transport.kind, settings.transport.path) == ("folder", "subscribers/outbox")
    assert (settings.transport.relays, settings.dkim, settings.lists) == ((), (), {})
    assert (settings.bounces.address, settings.bounces.separator) == ("", "+")
    assert (settings.send.hold, settings.send.approvals) == (timedelta(minutes=10), 0)
    assert settings.retention.deliveries == timedelta(days=180)


def test_the_whole_file_of_the_design() -> None:
    settings = read(WHOLE)
    transport = settings.transport
    assert (transport.kind, transport.host, transport.port) == ("smtp", "smtp.example.org", 465)
    assert (transport.per_second, transport.per_hour, transport.per_day) == (10, 3000, 20000)
    assert [one.selector for one in settings.dkim] == ["s202611"]
    assert settings.bounces.mailbox == "imaps://me@imap.example.org"
    face = settings.lists["adherents"]
    assert (face.slug, face.title, face.legal_basis, face.language) == (
        "adherents",
        "Adhérents",
        "members",
        "fr",
    )
    assert face.reason == "Vous recevez ce message parce que vous êtes adhérent·e."


def test_a_list_s_reason_and_language_follow_from_others() -> None:
    text = LEAST.replace("[sender]", 'language = "en"\n[sender]')
    face = read(text + '[lists.members]\ntitle = "Our {members}"\n').lists["members"]
    assert face.language == "en"
    assert face.reason == "You receive this message because you are on the list “Our {members}”."


@pytest.mark.parametrize("security, port", [("tls", 465), ("starttls", 587), ("none", 25)])
def test_the_port_follows_from_security(security: str, port: int) -> None:
    smtp = f'[transport]\nkind = "smtp"\nhost = "localhost"\nsecurity = "{security}"\n'
    assert read(LEAST + smtp).transport.port == port
    assert read(LEAST + smtp + "port = 2525\n").transport.port == 2525


def test_several_relays() -> None:
    relay = '[[transport.relay]]\nhost = "{}"\nweight = {}\nfrom_domains = ["example.org"]\n'
    relay += 'security = "starttls"\n'
    transport = read(
        LEAST + '[transport]\nkind = "smtp"\n' + relay.format("a", 1) + relay.format("b", 3)
    ).transport
    assert [(one.kind, one.host, one.port, one.weight) for one in transport.relays] == [
        ("smtp", "a", 587, 1),
        ("smtp", "b", 587, 3),
    ]
    assert transport.relays[0].from_domains == ("example.org",)


@pytest.mark.parametrize("header", ["[dkim]", "[[dkim]]"])
def test_one_dkim_table_is_as_good_as_an_array(header: str) -> None:
    settings = read(LEAST + header + '\ndomain = "example.org"\nselector = "s"\nkey_file = "/etc/k.pem"\n')
    assert [one.key_file for one in settings.dkim] == ["/etc/k.pem"]
    assert ("dkim.domain" in {one.key for one in settings.sources}) == (header == "[dkim]")


def test_addresses_and_urls_are_written_in_one_way() -> None:
    settings = read(
        '[organisation]\nname = "x"\ncontact = "Contact@EXÄMPLE.test"\n'
        '[sender]\nfrom = " X  <a@Example.ORG> "\n'
        '[site]\nurl = "https://Lettre.EXAMPLE.org/mailer/"\n[alerts]\nto = ["b@EXAMPLE.org"]\n'
    )
    assert settings.organisation.contact == "Contact@xn--exmple-cua.test"
    assert settings.sender.mailbox == "X <a@example.org>"
    assert settings.site.url == "https://lettre.example.org/mailer"
    assert settings.alerts.to == ("b@example.org",)


@pytest.mark.parametrize(
    "url, effective",
    [
        ("", ""),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.8.9.1/", "http://127.8.9.1"),
        ("http://localhost:80", "http://localhost:80"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://lettre.example.org", "https://lettre.example.org"),
        ("https://lettre.example.org/a/b//", "https://lettre.example.org/a/b"),
        ("https://été.example.org", "https://xn--t-9fab.example.org"),
    ],
)
def test_the_site(url: str, effective: str) -> None:
    assert read(LEAST + f'[site]\nurl = "{url}"\n').site.url == effective


# What is added to LEAST (line 7 on), and what must be found.
ADDED = [
    (
        '[transport]\npassword = "hunter2"',
        "password-in-file mailer.toml:8:1 a password must not be in this file, which others read: ",
    ),
    ('[[transport.relay]]\nhost = "a"\npassword = "hunter2"', "password-in-file mailer.toml:9:1 "),
    ('[transport.relay]\nhost = "a"\npassword = "hunter2"', "password-in-file mailer.toml:9:1 "),
    ('[site]\nurl = "http://lettre.example.org"', "bad-value mailer.toml:8:7 'site.url' cannot be "),
    ('[site]\nurl = "https://me:hunter2@example.org"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://example.org/?a=1"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://example.org/#a"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "lettre.example.org"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "ftp://example.org"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://exa mple.org"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://example.org:port"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://[::1"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "https://a\\\\b.org"', "bad-value mailer.toml:8:7 "),
    ('[site]\nurl = "http://127.0.0.1.evil.example"', "bad-value mailer.toml:8:7 "),
    ("[site]\nview_days = -1", "bad-value mailer.toml:8:13 'site.view_days' cannot be '-1': write 0 or more"),
    ('[site]\ntrusted_proxies = ["10.0.0.0/8", "proxy"]', "bad-value mailer.toml:8:34 "),
    ('[database]\nurl = "postgres://me:hunter2@h/db"', "bad-value mailer.toml:8:7 "),
    ('[database]\nurl = "sqlite://x.db"', "bad-value mailer.toml:8:7 "),
    ('[database]\nurl = "sqlite::memory:"', "bad-value mailer.toml:8:7 "),
    ('[database]\nurl = "sqlite:../x.db"', "bad-value mailer.toml:8:7 "),
    ('[database]\nurl = ""', "bad-value mailer.toml:8:7 "),
    (
        '[database]\ndurability = "ful"',
        "bad-value mailer.toml:8:14 'database.durability' cannot be 'ful': did you mean 'full'?",
    ),
    (
        '[transport]\nkind = "mail"',
        "bad-value mailer.toml:8:8 'transport.kind' cannot be 'mail': write one of folder, smtp",
    ),
    ('[transport]\nkind = "smtp"', "missing-key mailer.toml:8:1 missing key 'transport.host': "),
    (
        "[[transport.relay]]\nweight = 2",
        "missing-key mailer.toml:7:13 missing key 'transport.relay[1].host': ",
    ),
    (
        '[transport]\nkind = "smtp"\nhost = "smtp.example.org"\nsecurity = "none"',
        "bad-value mailer.toml:10:12 the mail and ",
    ),
    ('[transport]\nkind = "smtp"\nhost = "https://smtp.example.org"', "bad-value mailer.toml:9:8 "),
    (
        "[transport]\nport = 0",
        "bad-value mailer.toml:8:8 'transport.port' cannot be '0': write a number from 1 to 65535",
    ),
    ("[transport]\nport = 65536", "bad-value mailer.toml:8:8 "),
    (
        '[transport]\nport = "465"',
        "wrong-type mailer.toml:8:8 'transport.port' must be a whole number: write port = 465",
    ),
    ("[transport]\nconnections = 0", "bad-value mailer.toml:8:15 "),
    ("[transport]\nper_hour = -5", "bad-value mailer.toml:8:12 "),
    ('[transport]\npath = "../elsewhere"', "bad-value mailer.toml:8:8 "),
    ('[transport]\npath = "a/../../b"', "bad-value mailer.toml:8:8 "),
    ('[transport]\npath = "/tmp/outbox"', "bad-value mailer.toml:8:8 "),
    ("[transport]\npath = 'C:\\outbox'", "bad-value mailer.toml:8:8 "),
    ("[transport]\npath = '..\\outbox'", "bad-value mailer.toml:8:8 "),
    ('[transport]\npath = "~/outbox"', "bad-value mailer.toml:8:8 "),
    ('[transport]\npassword_file = "../pw"', "bad-value mailer.toml:8:17 "),
    (
        '[transport]\npassword_file = "a"\npassword_command = "b"',
        "bad-value mailer.toml:9:1 a password from a file and ",
    ),
    (
        '[dkim]\ndomain = "example.org"\nselector = "s"',
        "missing-key mailer.toml:7:2 missing key 'dkim.key_file': ",
    ),
    ('[dkim]\ndomain = "x"\nselector = "s"\nkey_file = "k"', "bad-value mailer.toml:8:10 "),
    ('[dkim]\ndomain = "a.org"\nselector = "s s"\nkey_file = "k"', "bad-value mailer.toml:9:12 "),
    ('[dkim]\ndomain = "a.org"\nselector = "s"\nkey_file = "../k"', "bad-value mailer.toml:10:12 "),
    (
        '[bounces]\nseparator = "."',
        "bad-value mailer.toml:8:13 'bounces.separator' cannot be '.': write one of +, -, =",
    ),
    ('[bounces]\naddress = "x"', "bad-value mailer.toml:8:11 "),
    (
        '[bounces]\nmailbox = "imaps://me@imap.example.org"',
        "missing-key mailer.toml:7:2 missing key 'bounces.address': ",
    ),
    (
        '[bounces]\naddress = "a@b.org"\nmailbox = "imap://me:hunter2@imap.example.org"',
        "bad-value mailer.toml:9:11 ",
    ),
    ('[hooks.sendgrid]\nsecret_file = "k"', "bad-value mailer.toml:7:8 'sendgrid' cannot be a name: "),
    ("[hooks.brevo]", "missing-key mailer.toml:7:8 missing key 'hooks.brevo.secret_file': "),
    ('[hooks.ses]\nsecret_file = "k"', "missing-key mailer.toml:7:8 missing key 'hooks.ses.topic': "),
    (
        '[hooks.ses]\nsecret_file = "k"\ntopic = "arn:aws:sns:s3:123456789012:x"',
        "bad-value mailer.toml:9:9 this is no topic of ses: ",
    ),
    (
        '[hooks.scaleway]\nsecret_file = "k"\ntopic = "arn:aws:sns:eu-west-3:123456789012:x"',
        "bad-value mailer.toml:9:9 this is no topic of scaleway: ",
    ),
    (
        '[hooks.scaleway]\nsecret_file = "k"\ntopic = "arn:scw:sns:fr-par:p:x"\npassword_file = "p"',
        "bad-value mailer.toml:10:1 a topic of scaleway brings no password along: ",
    ),
    (
        '[hooks.brevo]\nsecret_file = "k"\ncheck_signature = false',
        "bad-value mailer.toml:9:1 brevo has no topics and signs nothing: ",
    ),
    ('[send]\ntest_to = ["a@b.org", "a b@c.org"]', "bad-value mailer.toml:8:23 "),
    ('[send]\nhold = "soon"', "bad-value mailer.toml:8:8 'send.hold' cannot be 'soon': write hold = \"72h\""),
    ("[send]\nhold = 10", "wrong-type mailer.toml:8:8 "),
    ("[send]\napprovals = true", "wrong-type mailer.toml:8:13 'send.approvals' must be a whole number: "),
    (
        '[alerts]\nto = "a@b.org"',
        "wrong-type mailer.toml:8:6 'alerts.to' must be a list of texts: write to = [\"a@b.org\"]",
    ),
    ("[lists.adherents]", "missing-key mailer.toml:7:8 missing key 'lists.adherents.title': "),
    ('[lists.adhérents]\ntitle = "x"', "toml-syntax mailer.toml:7:11 "),
    ('[lists."Adhérents"]\ntitle = "x"', "bad-value mailer.toml:7:8 'Adhérents' cannot be a name: "),
    (f'[lists.{"x" * 41}]\ntitle = "x"', "bad-value mailer.toml:7:8 "),
    ('[lists]\ntitle = "x"', "wrong-type mailer.toml:8:1 "),
    (
        '[lists.a]\ntitle = "x"\nlegal_basis = "membres"',
        "bad-value mailer.toml:9:15 'lists.a.legal_basis' cannot be 'membres': did you mean 'members'?",
    ),
    ('[lists.a]\ntitle = "x"\nlanguage = "de"', "bad-value mailer.toml:9:12 "),
    ('[lists.a]\ntitle = "x\\r\\nBcc: y"', "bad-value mailer.toml:8:9 "),
    ('[lists.a]\ntitle = " "', "bad-value mailer.toml:8:9 "),
    (
        '[site]\nurl = "https://x.example.org"\n[lists.a]\ntitle = "x"\nlegal_basis = "members"\nopen = true',
        "bad-value mailer.toml:12:1 the list a is open to anybody, which its legal basis does not cover",
    ),
    (
        '[lists.a]\ntitle = "x"\nlegal_basis = "consent"\nopen = true',
        "missing-key mailer.toml:10:1 the list a is open, and there is no site to sign up on: write",
    ),
    (
        "[retension]\nbounces = '1 month'",
        "unknown-key mailer.toml:7:2 unknown key 'retension': did you mean 'retention'?",
    ),
    ("[site]\nulr = ''", "unknown-key mailer.toml:8:1 unknown key 'ulr': did you mean 'url'?"),
    ("site = 3", "unknown-key mailer.toml:7:1 unknown key 'site': remove it; "),
]


@pytest.mark.parametrize("added, said", ADDED)
def test_each_fault_is_found_where_it_stands(added: str, said: str) -> None:
    (found,) = faults(LEAST + added + "\n")
    assert found.startswith(said)
    assert "hunter2" not in found


@pytest.mark.parametrize(
    "line, said",
    [
        ('name = ""', "bad-value mailer.toml:3:8 "),
        ('name = "a\\u0000b"', "bad-value mailer.toml:3:8 "),
        (
            'contact = "contact"',
            "bad-value mailer.toml:4:11 'organisation.contact' cannot be 'contact': an address is ",
        ),
        ('contact = "-x@example.org"', "bad-value mailer.toml:4:11 "),
        ('from = "CGT tracts@example.org"', "bad-value mailer.toml:6:8 "),
        ('from = "CGT\\nBcc: x <a@example.org>"', "bad-value mailer.toml:6:8 "),
        ('from = "=?utf-8?q?x=0D=0ABcc=3A?= <a@example.org>"', "bad-value mailer.toml:6:8 "),
        (
            "name = “CGT Exemple”",
            "toml-syntax mailer.toml:3:8 TOML wants straight quotes, not curly ones: ",
        ),
        ("name : CGT", 'toml-syntax mailer.toml:3:6 a key and its value are joined by =: write name = "CGT"'),
        ("name =", "toml-syntax mailer.toml:3:7 a value is missing: "),
    ],
)
def test_faults_of_the_required_keys(line: str, said: str) -> None:
    key = line.split(maxsplit=1)[0]
    text = "\n".join(line if one.startswith(key) else one for one in LEAST.split("\n"))
    (found,) = faults(text)
    assert found.startswith(said)


@pytest.mark.parametrize(
    "key, table", [("name", "organisation"), ("contact", "organisation"), ("from", "sender")]
)
def test_required_keys(key: str, table: str) -> None:
    text = "\n".join(one for one in LEAST.split("\n") if not one.startswith(key))
    (found,) = faults(text)
    assert f"missing key '{table}.{key}': write {key} = \"…\" under [{table}]" in found


def test_an_empty_file_says_all_it_needs() -> None:
    said = faults("")
    assert [found.split(" ")[0] for found in said] == ["missing-key"] * 3
    assert {
        key
        for key in ("organisation.name", "organisation.contact", "sender.from")
        for one in said
        if key in one
    } == {*("organisation.name", "organisation.contact", "sender.from")}


def test_all_faults_at_once_in_the_file_s_order() -> None:
    text = (
        LEAST.replace("contact@example.org", "contact")
        + "[transport]\nport = 0\nulr = 1\n[[dkim]]\n[lists.a]\ntitle = “x”\n"
    )
    settings, findings = read_settings(text)
    assert settings is None
    assert [(found.place.line, found.code) for found in findings] == [
        (4, "bad-value"),
        (8, "bad-value"),
        (9, "unknown-key"),
        *[(10, "missing-key")] * 3,
        (12, "toml-syntax"),
    ]


def test_three_dkim_keys_are_one_too_many() -> None:
    one, two, three = (
        f'[[dkim]]\ndomain = "example.org"\nselector = "{name}"\nkey_file = "k"\n' for name in "abc"
    )
    assert len(read(LEAST + one + two).dkim) == 2
    (found,) = faults(LEAST + one + two + three)
    assert found.startswith("bad-value mailer.toml:15:3 more than two DKIM keys")


def test_two_dkim_keys_under_one_name_are_none() -> None:
    """A verifier that asks the DNS would find one of them, and not believe the other's signatures."""
    one = '[[dkim]]\ndomain = "example.org"\nselector = "s"\nkey_file = "k"\n'
    (found,) = faults(LEAST + one + one.replace("example", "EXAMPLE").replace('"s"', '"S"'))
    assert found.startswith("bad-value mailer.toml:13:12 two DKIM keys of example.org have the selector s")
    assert len(read(LEAST + one + one.replace("example", "sub.example")).dkim) == 2


def test_a_dkim_domain_is_written_in_one_way() -> None:
    one = '[[dkim]]\ndomain = "Été.Example.ORG"\nselector = "s"\nkey_file = "k"\n'
    assert [key.domain for key in read(LEAST + one).dkim] == ["xn--t-9fab.example.org"]


# --- the environment -----------------------------------------------------------------


def test_the_environment_overrides_the_file() -> None:
    settings = read(
        WHOLE,
        MAILER_SITE_URL="https://lettre.example.org/",
        MAILER_TRANSPORT_PORT=" 2525 ",
        MAILER_SEND_TEST_TO="a@b.org, c@d.org,",
        MAILER_SEND_HOLD="1 hour",
        MAILER_SENDER_REPLY_TO="",
        MAILER_SMTP_PASSWORD="hunter2",
        HOME="/home/x",
    )
    assert (settings.site.url, settings.transport.port) == ("https://lettre.example.org", 2525)
    assert settings.send.test_to == ("a@b.org", "c@d.org")
    assert (settings.send.hold, settings.sender.reply_to) == (timedelta(hours=1), "")
    origins = {one.key: one.origin for one in settings.sources}
    assert origins["site.url"] == "MAILER_SITE_URL"
    assert origins["send.hold"] == "MAILER_SEND_HOLD"
    assert origins["sender.from"] == "mailer.toml:14"
    assert "hunter2" not in repr(settings)


def test_the_environment_alone_can_be_enough() -> None:
    settings = read(
        "",
        MAILER_ORGANISATION_NAME="x",
        MAILER_ORGANISATION_CONTACT="a@b.org",
        MAILER_SENDER_FROM="a@b.org",
    )
    assert settings.sender.mailbox == "a@b.org"


@pytest.mark.parametrize(
    "variable, value, said",
    [
        (
            "MAILER_TRANSPORT_PORT",
            "many",
            "wrong-type MAILER_TRANSPORT_PORT:1:1 'transport.port' must be a whole number",
        ),
        ("MAILER_TRANSPORT_PORT", "9" * 5000, "wrong-type MAILER_TRANSPORT_PORT:1:1 "),
        ("MAILER_SITE_URL", "http://example.org", "bad-value MAILER_SITE_URL:1:1 "),
        ("MAILER_SEND_TEST_TO", "a@b.org,x", "bad-value MAILER_SEND_TEST_TO:1:1 "),
        ("MAILER_SENDER_FROM", "a\r\nb@c.org", "bad-value MAILER_SENDER_FROM:1:1 "),
    ],
)
def test_faults_of_the_environment_name_the_variable(variable: str, value: str, said: str) -> None:
    (found,) = faults(LEAST, **{variable: value})
    assert found.startswith(said)


def test_a_near_miss_of_a_variable_is_warned_about_and_others_are_not_ours() -> None:
    environ = {"MAILER_SITE_URLS": "x", "MAILER_DSN": "smtp://x", "MAILER_SMTP_PASSWORD": "x"}
    settings, findings = read_settings(LEAST, environ=environ)
    assert settings is not None
    (found,) = findings
    assert (found.level, found.code, found.place.file) == (
        Level.WARNING,
        "unknown-variable",
        "MAILER_SITE_URLS",
    )
    assert str(found.cure) == "did you mean 'MAILER_SITE_URL'?"


# --- config show ---------------------------------------------------------------------------


def test_each_value_says_where_it_comes_from() -> None:
    sources = {one.key: one for one in read(WHOLE).sources}
    assert sources["organisation.name"].origin == "mailer.toml:3"
    assert sources["transport.path"].origin == "default"
    line = WHOLE.split("\n").index('selector = "s202611"') + 1
    assert sources["dkim[1].selector"].origin == f"mailer.toml:{line}"
    line = WHOLE.split("\n").index('title = "Adhérents"') + 1
    assert sources["lists.adherents.title"].origin == f"mailer.toml:{line}"
    assert sources["send.hold"].shown() == "10m"
    assert sources["transport.per_hour"].as_toml() == "3000"
    assert sources["organisation.employer_domains"].shown() == []


def test_every_key_of_the_table_is_shown() -> None:
    shown = {one.key for one in read(WHOLE).sources}
    for key, _, _, _ in SETTINGS_KEYS:
        name = key
        if not name.startswith(("transport.relay[]", "transport.groups.*")) and not name.endswith(".*"):
            name = name.replace("dkim[]", "dkim[1]").replace("lists.*", "lists.adherents")
            assert name.replace("hooks.*", "hooks.brevo") in shown


def test_secrets_are_hidden() -> None:
    text = WHOLE.replace("sqlite:subscribers/mailer.db", "postgresql://me:hunter2@h/db?password=hunter2")
    text = text.replace("imaps://me@", "imaps://hunter2@").replace('username = "me"', 'username = "hunter2"')
    text = text.replace("connections", 'password_command = "pass hunter2"\nconnections')
    shown = {one.key: one.as_toml() for one in read(text).sources}
    assert "hunter2" not in "".join(shown.values())
    assert shown["database.url"] == '"postgresql://***@h/db?***"'
    assert shown["bounces.mailbox"] == '"imaps://***@imap.example.org"'
    assert shown["transport.username"] == shown["transport.password_command"] == '"***"'
    assert shown["transport.password_file"] == '""'


@pytest.mark.parametrize(
    "value, shown",
    [
        ("", ""),
        ("x", "***"),
        ("imaps://u:p@w@host/f", "imaps://***@host/f"),
        ("imaps://u:p/w@host", "imaps://***@host"),
        ("https://host/path", "https://host/path"),
        ("postgresql://h/d?password=x", "postgresql://h/d?***"),
    ],
)
def test_hidden(value: str, shown: str) -> None:
    assert hidden(value) == shown


# --- the table of keys ------------------------------------------------------------------------


def test_the_table_of_keys_tells_kind_default_and_purpose() -> None:
    table = {name: (kind, default, doc) for name, kind, default, doc in SETTINGS_KEYS}
    assert len(table) == len(SETTINGS_KEYS)
    assert table["organisation.name"][:2] == ("string", "required")
    assert table["send.hold"][:2] == ("duration", '"10m"')
    assert table["transport.port"][:2] == ("integer", "")
    assert table["site.trusted_proxies"][:2] == ("strings", "[]")
    assert table["transport.relay[].weight"][:2] == ("integer", "1")
    assert table["lists.*.title"][:2] == ("string", "required")
    for _, default, doc in table.values():
        assert doc
        if default not in ("", "required"):
            tomllib.loads(f"key = {default}")


def test_each_default_is_a_value_the_table_accepts() -> None:
    lines = []
    for name, _, default, _ in SETTINGS_KEYS:
        if default not in ("", "required") and "[]" not in name and "*" not in name:
            lines.append(f"{name} = {default}")
    read(
        "\n".join(
            [*lines, 'organisation.name = "x"', 'organisation.contact = "a@b.org"', 'sender.from = "a@b.org"']
        )
    )


@given(st.text(alphabet='[]={}",.\n #ab“”:-_0é\r\x00\\', max_size=80), st.sampled_from(["", LEAST, WHOLE]))
def test_no_text_fails(noise: str, before: str) -> None:
    settings, findings = read_settings(before + noise, environ={"MAILER_SITE_URL": noise.replace("\x00", "")})
    errors: list[Finding] = [found for found in findings if found.level is Level.ERROR]
    assert (settings is None) == bool(errors)


# --- fields and segments ------------------------------------------------------------------------


PARTS = WHOLE + '[lists.adherents.fields]\narrivee = "date"\n[segments]\n'


def test_types_and_segments() -> None:
    settings = read(PARTS + "anciens = \"arrivee < 2000-01-01 and not site = 'Brest'\"")
    assert settings.types == {"arrivee": "date"}
    assert settings.segments["anciens"].text == "arrivee < 2000-01-01 and not site = 'Brest'"
    shown = {one.key: one.shown() for one in settings.sources}
    assert shown["lists.adherents.fields.arrivee"] == "date"
    assert shown["segments.anciens"] == settings.segments["anciens"].text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('x = "arrivee < 2000"', "16 'arrivee' is a date: '2000' stands here instead"),
        ('x = """in list adherents\n  and in list cadres"""', "15 there is no list 'cadres'"),
        (
            "adherents = \"site = 'x'\"",
            "'adherents' is the name of a list too: give the segment another name",
        ),
        ("Nord = \"site = 'x'\"", "'Nord' cannot be a name"),
        ("x = 3", "'segments.x' must be a text between quotes"),
        ('x = "voted = yes"', "'voted' is no field, and never will be"),
    ],
)
def test_a_segment_that_cannot_be_read_is_told_in_its_place(text: str, said: str) -> None:
    found = "\n".join(faults(PARTS + text))
    line = PARTS.count("\n") + 1 + ("\n" in text)
    assert f"mailer.toml:{line}:" in found
    assert said in found


def test_titles_of_columns_and_what_they_are() -> None:
    columns = (
        '[lists.adherents.columns]\n"Prénom usuel" = "prenom"\n"N° sécu" = ""\nSite = "site"\nDu = "proof"\n'
    )
    settings = read(WHOLE + columns)
    assert settings.lists["adherents"].columns == {
        "Prénom usuel": "first_name",
        "N° sécu": "",
        "Site": "site",
        "Du": "proof",
    }


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (
            '"Né le" = "né le"',
            "'né le' cannot be a field: write email, first_name",
        ),
        ("Site = 3", "must be a text between quotes"),
        ('"" = "site"', "'' cannot be the title of a column"),
        ('"…" = "site"', "'…' cannot be the title of a column"),
    ],
)
def test_a_column_that_cannot_be(column: str, said: str) -> None:
    text = f"{WHOLE}[lists.adherents.columns]\n{column}\n"
    [found] = faults(text)
    assert said in found
    assert f"mailer.toml:{text.count(chr(10))}:" in found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('site = "txt"', "'lists.autres.fields.site' cannot be 'txt': did you mean 'text'?"),
        ("site = 3", "'lists.autres.fields.site' must be a text between quotes"),
        ('email = "text"', "'email' cannot be a name"),
        ('"né le" = "date"', "'né le' cannot be a name"),
        ('arrivee = "text"', '\'arrivee\' is "date" in [lists.adherents.fields]: write arrivee = "date"'),
    ],
)
def test_types_that_cannot_be(fields: str, said: str) -> None:
    text = f'{PARTS}[lists.autres]\ntitle = "Autres"\n[lists.autres.fields]\n{fields}\n'
    [found] = faults(text)
    assert said in found
    assert f"mailer.toml:{text.count(chr(10))}:" in found


def test_waits_before_the_next_attempt() -> None:
    assert [one.total_seconds() / 60 for one in read(LEAST).send.retry] == [45, 120, 180]
    one = read(LEAST + '[send]\nretry = "30m"\n', MAILER_SEND_RETRY="20m, 1h")
    assert [one.total_seconds() / 60 for one in one.send.retry] == [20, 60]
    for wrong in ("1m", "8 days", "soon", ""):
        assert "write a wait from 5m to 7 days" in faults(f'{LEAST}[send]\nretry = ["1h", "{wrong}"]\n')[0]
