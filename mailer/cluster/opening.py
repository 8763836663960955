"""The way into the cluster: a worker, or a campaign handed over to the workers; or why there is none."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailer.deliver.troubles import Troubled
from mailer.errors import UsageError
from mailer.wiring.doors import is_shared
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

if TYPE_CHECKING:
    from mailer.cluster.worker import Worker

_EXTRA = Text("several machines need more of mailer: pip install 'tract-mailer[cluster]'")


def worker_of(
    workspace: Workspace,
    pumps: int,
    watching: Watching,
    tell: Callable[[Text], None],
    troubled: Troubled,
) -> "Worker":
    """A worker that is ready to run. UsageError on SQLite, or without the extra."""
    if not is_shared(workspace):
        raise UsageError(
            Text(
                'several machines need PostgreSQL: write url = "postgresql://…" under [database]. '
                "With SQLite, 'mailer serve' sends by itself"
            )
        )
    try:
        from mailer.cluster.worker import Worker  # noqa: PLC0415  an extra
    except ImportError:
        raise UsageError(_EXTRA) from None
    return Worker(workspace=workspace, tell=tell, pumps=pumps, watching=watching, troubled=troubled)


async def hand_over(workspace: Workspace, campaign: str) -> bool:
    """Ask the workers to carry a campaign (its public id) at once; False when none gives a sign of life.

    Not needed for it to be carried: whoever keeps order finds it within seconds. LaterError when the database
    is away, UsageError without the extra.
    """
    try:
        from mailer.cluster.jobs import jobs  # noqa: PLC0415  an extra
    except ImportError:
        raise UsageError(_EXTRA) from None
    async with jobs(workspace.settings.database.url) as there:
        await there.ask(campaign)
        return await there.anybody()
