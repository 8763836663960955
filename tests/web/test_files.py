"""/i/: images and PDF files, for ever at one address."""

from dataclasses import replace

import pytest

from mailer.model import Asset
from tests.web.premises import Premises, published

IMAGE = published().edition.images[0]
PATH = f"/i/{IMAGE.digest}.{IMAGE.suffix}"


def test_an_image(premises: Premises) -> None:
    answer = premises.visitor.get(PATH)
    assert answer.status_code == 200
    assert answer.content == IMAGE.content
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["etag"] == f'"{IMAGE.digest}"'
    head = premises.visitor.head(PATH)
    assert head.headers["content-length"] == str(len(IMAGE.content))
    assert premises.desk.clicks == {}
    assert premises.log == []


@pytest.mark.parametrize(
    "known, status",
    [
        (f'"{IMAGE.digest}"', 304),
        (f'"x", W/"{IMAGE.digest}"', 304),
        ("*", 304),
        ('"x"', 200),
        (IMAGE.digest, 200),
    ],
)
def test_what_the_browser_has_is_not_sent_again(premises: Premises, known: str, status: int) -> None:
    answer = premises.visitor.get(PATH, headers={"if-none-match": known})
    assert answer.status_code == status
    assert answer.headers["etag"] == f'"{IMAGE.digest}"'
    assert answer.content == (b"" if status == 304 else IMAGE.content)


def test_a_pdf_keeps_its_name() -> None:
    pdf = Asset(
        name='accord "2026"\r\n é.pdf',
        digest="a" * 64,
        suffix="pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7",
    )
    campaign = published()
    premises = Premises(replace(campaign, edition=replace(campaign.edition, files=(pdf,))))
    answer = premises.visitor.get(f"/i/{'a' * 64}.pdf")
    assert answer.content == b"%PDF-1.7"
    assert answer.headers["content-disposition"] == (
        "inline; filename*=UTF-8''accord%20%222026%22%0D%0A%20%C3%A9.pdf"
    )


@pytest.mark.parametrize(
    "name",
    [
        IMAGE.digest,
        f"{IMAGE.digest}.gif",
        f"{IMAGE.digest.upper()}.png",
        f"{'0' * 64}.png",
        "..%2f..%2fetc%2fpasswd",
        f"{IMAGE.digest}.png%00",
        f"{IMAGE.digest}.png/",
    ],
)
def test_no_other_file(premises: Premises, name: str) -> None:
    answer = premises.visitor.get(f"/i/{name}", headers={"if-none-match": "*"})
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
