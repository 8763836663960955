"""The files a campaign names, taken from beside it: images, linked PDFs, attachments, questionnaire."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.compose import assets
from mailer.compose.assets import Candidate
from mailer.compose.campaign import Campaign
from mailer.compose.figures import Figures, check_question, named_in, read_figures
from mailer.findings import Finding, Place
from mailer.model import Asset
from mailer.workspace.beside import find_beside
from mailer.workspace.texts import read_text

Judge = Callable[[Candidate], tuple[Asset | None, list[Finding]]]


def take_materials(
    campaign: Campaign, folder: Path, where: str
) -> tuple[dict[str, Asset], tuple[Asset, ...], list[Finding]]:
    """What lies in `folder` (called `where` in findings) and goes with a campaign.

    Images and linked PDFs by the name the text gives them, then attachments, then every fault.
    """
    files, faults = _files(campaign, folder, where)
    attached, more = _attachments(campaign, folder, where)
    return files, attached, [*faults, *more]


def take_questionnaire(
    campaign: Campaign, folder: Path, where: str
) -> tuple[Questionnaire | None, list[Finding]]:
    """The questionnaire beside a campaign, and what is wrong with it; None without one."""
    name = campaign.questionnaire_file
    if not name:
        return None, []
    found = find_beside(folder, where, name, campaign.places["questionnaire"])
    if isinstance(found, Finding):
        return None, [found]
    text, findings = read_text(folder / name, f"{where}/{name}")
    if text is None:
        return None, findings
    questionnaire, faults = read_questionnaire(text, f"{where}/{name}")
    return questionnaire, [*findings, *faults]


def take_figures(campaign: Campaign, folder: Path, where: str) -> tuple[dict[str, Figures], list[Finding]]:
    """The files of published figures that a campaign shows, by name, and what is wrong with them."""
    taken: dict[str, Figures | None] = {}
    findings: list[Finding] = []
    for link in campaign.figures():
        name, _ = named_in(link.href)
        if name not in taken:
            taken[name], faults = _figures(folder, where, name, link.place)
            findings += faults
        found = taken[name]
        findings += check_question(link, found) if found else []
    return {name: one for name, one in taken.items() if one}, findings


def _figures(folder: Path, where: str, name: str, place: Place) -> tuple[Figures | None, list[Finding]]:
    found = find_beside(folder, where, unquote(name), place)
    if isinstance(found, Finding):
        return None, [found]
    text, findings = read_text(folder / found.name, f"{where}/{found.name}")
    if text is None:
        return None, findings
    figures, faults = read_figures(text, f"{where}/{found.name}")
    return figures, [*findings, *faults]


def _files(campaign: Campaign, folder: Path, where: str) -> tuple[dict[str, Asset], list[Finding]]:
    linked = partial(assets.document, attached=False)
    named: list[tuple[str, Place, Judge]] = [
        *((picture.source, picture.place, assets.image) for picture in campaign.pictures()),
        *((link.href, link.place, linked) for link in campaign.linked_files()),
    ]
    taken, findings = {}, []
    for name, place, judge in named:
        # Markdown writes `été.png` as an address, `%C3%A9t%C3%A9.png`.
        asset, faults = _take(folder, where, unquote(name), place, judge)
        findings += faults
        if asset is not None:
            taken[name] = asset
    return taken, findings


def _attachments(campaign: Campaign, folder: Path, where: str) -> tuple[tuple[Asset, ...], list[Finding]]:
    judge = partial(assets.document, attached=True)
    taken = [_take(folder, where, name, place, judge) for name, place in campaign.attachments]
    attached = tuple(asset for asset, _ in taken if asset is not None)
    return attached, [fault for _, faults in taken for fault in faults]


def _take(
    folder: Path, where: str, name: str, place: Place, judge: Judge
) -> tuple[Asset | None, list[Finding]]:
    found = find_beside(folder, where, name, place)
    return judge(found) if isinstance(found, Candidate) else (None, [found])
