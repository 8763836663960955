"""What `results` and `export` begin with: a campaign's questionnaire, its answers, and what may be shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.cli.course import launched
from mailer.cli.speech import Speech
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.ballots.model import Questionnaire
    from mailer.results.figures import Results
    from mailer.store.answers import Answers
    from mailer.store.store import Store
    from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A launched campaign's questionnaire."""

    workspace: "Workspace"
    store: "Store"
    slug: str
    public_id: str
    questionnaire: "Questionnaire"
    answers: "Answers"

    def results(self) -> "Results":
        """What may be shown now, in the language of this run; published first where a step is reached."""
        from zoneinfo import ZoneInfo

        from mailer.wiring.doors import now
        from mailer.wiring.publishing import results

        zone = ZoneInfo(self.workspace.settings.organisation.timezone)
        return results(self.answers, self.public_id, self.questionnaire, now(), zone, Speech.language)


@contextmanager
def asked(name: str) -> Iterator[Asked]:
    """The questionnaire of the campaign called `name`; UsageError when it was not sent, or has none."""
    from mailer.wiring.boxes import answers_of
    from mailer.wiring.closing import questionnaire_of
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(name)
    with launched(name) as (store, campaign):
        questionnaire = questionnaire_of(store, campaign.public_id)
        if questionnaire is None:
            raise UsageError(Text("{slug} has no questionnaire of ours", slug=campaign.slug))
        yield Asked(
            workspace=workspace,
            store=store,
            slug=campaign.slug,
            public_id=campaign.public_id,
            questionnaire=questionnaire,
            answers=answers_of(workspace),
        )
