"""flask webhooks: who is told of what happens, and sending again."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.webhooks import queries, service
from rewards.webhooks.types import DeliveryId, DeliveryState, SubscriptionId

from .refusals import in_plain_words

PAGE = 100

webhooks = AppGroup("webhooks", help="Other systems that are told of what happens.")


@webhooks.command("list")
def list_command() -> None:
    """Print the webhooks with their ids, and what waits for each or never arrived."""
    cursor = None
    while True:
        page = queries.page_subscriptions(node_path="", cursor=cursor, limit=PAGE)
        for each in page.items:
            counts = queries.count_unarrived(each.id)
            click.echo(
                f"{each.id}  {each.state.value}  {each.name}  {urlsplit(each.url).hostname}"
                f"  waiting {counts[DeliveryState.WAITING]}"
                f"  failed {counts[DeliveryState.FAILED]}"
                + (f"  replayed {each.replay.done} of {each.replay.total}" if each.replay else "")
            )
        cursor = page.next
        if cursor is None:
            return


@webhooks.command("replay")
@click.argument("webhook_id", type=click.UUID, metavar="ID")
@click.option("--delivery", "delivery_id", type=click.UUID, help="Only this one.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="All that was recorded since then, by the clock of the center.",
)
@in_plain_words
def replay_command(webhook_id: UUID, delivery_id: UUID | None, since: datetime | None) -> None:
    """Send messages to the webhook of that id again; `flask webhooks list` tells the ids."""
    if (delivery_id is None) == (since is None):
        raise click.UsageError("Give either --delivery or --since.")
    count = service.replay(
        actor=SystemActor(),
        subscription_id=SubscriptionId(webhook_id),
        delivery_id=None if delivery_id is None else DeliveryId(delivery_id),
        since=None if since is None else since.replace(tzinfo=clock.zone()),
        now=clock.now(),
    )
    click.echo(f"Messages to be sent again: {count}.")
