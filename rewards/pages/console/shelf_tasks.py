"""What needs somebody at the shelves, for the first page of the day."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from rewards.access.types import Verb
from rewards.stockroom import queries as stockroom

from .frame import Post

# Pieces on their way stand on no shelf; by then somebody is asked where they are.
OVERDUE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that needs somebody: what, where, and the page on which it is done."""

    what: str
    where: str
    address: str
    button: str


def tell(count: int, *, what: str, where: str, address: str, button: str) -> list[Task]:
    """Return the one task that *count* things make, or none where nothing is counted."""
    return [Task(what=what, where=where, address=address, button=button)] if count else []


def list_of(post: Post) -> list[Task]:
    """Return what waits at the shelves: transfers to count in, changes to check."""
    path = post.node.path
    due = post.now - OVERDUE_AFTER
    manages = post.may(Verb.MANAGE_STOCK)
    coming = stockroom.count_on_the_way(node_path=path, sent_from=due)
    overdue = stockroom.count_overdue(node_path=path, before=due, sends=manages)
    tasks = tell(
        coming,
        what=_("%(n)s批调拨在路上", n=coming),
        where=_("到了要点收"),
        address="/console/stock/transfers?on=way",
        button=_("去点收"),
    )
    tasks += tell(
        overdue,
        what=_("%(n)s批调拨过了%(days)s天还没点收", n=overdue, days=OVERDUE_AFTER.days),
        where=_("问清东西在哪里，点收或者收回"),
        address="/console/stock/transfers?on=way",
        button=_("去看"),
    )
    if manages:
        waiting = stockroom.count_waiting(node_paths=[path], not_by=post.actor.principal)
        tasks += tell(
            waiting,
            what=_("%(n)s笔库存更正等您复核", n=waiting),
            where=_("一人提交，一人复核"),
            address="/console/stock/changes",
            button=_("去复核"),
        )
    return tasks
