"""Browsers in which somebody is signed in already."""

from rewards.identity import service as identity


def add_sign_in(context, address, person, now):
    """Have *person* signed in in the browser *context*."""
    sent = identity.send_code(phone="13800001234", now=now)
    signed_in = identity.sign_in_participant(
        phone="13800001234", code=sent.code, name=None, home_node_id=None, agreed=False, now=now
    )
    assert signed_in.participant_id == person.id
    context.add_cookies([{"name": "participant_token", "value": signed_in.token, "url": address}])
