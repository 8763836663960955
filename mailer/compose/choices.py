"""What the front matter chooses among what the workspace offers."""

import difflib
from collections.abc import Collection

from mailer.compose import links, tree
from mailer.compose.campaign import Campaign, Known
from mailer.compose.external import check_external, check_identifiers
from mailer.compose.parts import check_parts
from mailer.compose.subjects import check_subjects
from mailer.findings import Finding, error, warning
from mailer.words import Text


def check_choices(campaign: Campaign, known: Known) -> list[Finding]:
    """Lists, template, questionnaire and set-up, each against the workspace."""
    findings = _list_faults(campaign, known)
    findings += check_parts(campaign, known)
    if campaign.template not in known.templates:
        findings.append(
            error(
                "missing-template",
                campaign.places["template"],
                Text("there is no template '{name}'", name=campaign.template),
                _suggestion(
                    campaign.template,
                    known.templates,
                    None if known.templates else Text("take templates/tract from a fresh 'mailer init'"),
                ),
            )
        )
    if campaign.questionnaire:
        findings += _questionnaire_faults(campaign, known)
    findings += check_identifiers(
        campaign.questionnaire_url, campaign.identifiers, campaign.places["identifiers"]
    )
    findings += check_subjects(campaign, site=bool(known.site))
    if not known.site:
        findings += _no_site_faults(campaign)
    return findings


def _list_faults(campaign: Campaign, known: Known) -> list[Finding]:
    place = campaign.places["lists"]
    if not campaign.lists:
        cure = Text('write lists = ["…"]: the lists are {names}', names=", ".join(sorted(known.lists)) or "—")
        return [error("missing-list", place, Text("this campaign names no list"), cure)]
    return [
        error(
            "missing-list",
            place,
            Text("there is no list '{name}'", name=name),
            _suggestion(name, known.lists, Text("add [lists.{name}] to mailer.toml", name=name)),
        )
        for name in campaign.lists
        if name not in known.lists
    ]


def _questionnaire_faults(campaign: Campaign, known: Known) -> list[Finding]:
    place, named = campaign.places["questionnaire"], campaign.questionnaire
    findings: list[Finding] = []
    if campaign.questionnaire_url:
        findings += check_external(named, campaign.identifiers, known.fields, place)
    elif not known.site:
        findings.append(
            error(
                "needs-site",
                place,
                Text("a questionnaire file needs a site, and [site].url is empty"),
                Text("name the https address of a questionnaire that lives elsewhere"),
            )
        )
    if not any(
        isinstance(inline, tree.Link) and inline.href == links.QUESTIONNAIRE for inline in campaign.inlines()
    ):
        findings.append(
            warning(
                "questionnaire-unlinked",
                place,
                Text("no link of the campaign leads to its questionnaire"),
                Text("write {example}", example="[…](questionnaire:){.button}"),
            )
        )
    return findings


def _no_site_faults(campaign: Campaign) -> list[Finding]:
    cure = Text("set [site].url in mailer.toml, or attach it: {line}", line='attachments = ["…"]')
    findings = [
        error("needs-site", link.place, Text("a linked file needs a site, and [site].url is empty"), cure)
        for link in campaign.linked_files()
    ]
    if campaign.images == "hosted":
        findings.append(
            error(
                "needs-site",
                campaign.places["images"],
                Text("hosted images need a site, and [site].url is empty"),
                Text('write images = "cid", or leave the line out'),
            )
        )
    return findings


def _suggestion(name: str, known: Collection[str], otherwise: Text | None = None) -> Text:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return Text("did you mean '{name}'?", name=close[0])
    return otherwise or Text("there are {names}", names=", ".join(sorted(known)) or "—")
