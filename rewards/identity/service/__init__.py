"""Use cases of identity: sign-ins, staff, tokens, and the accounts of participants."""

from .cards import hand_out_cards, issue_card, reissue_card, revoke_card
from .desks import leave_desk, set_pin, take_desk
from .imports import ParticipantLine, import_participants
from .participants import (
    close_participant,
    register_participant,
    remask_names,
    remove_nickname,
    set_board_display,
    update_participant,
)
from .searching import index_names, note_code_search, search_participants
from .sign_ins import (
    end_sign_in,
    issue_sign_in_code,
    recognize,
    send_code,
    sign_in_participant,
    sign_in_staff,
    sign_out,
)
from .staff import (
    create_staff,
    disable_staff,
    end_role,
    grant_role,
    link_participant,
    set_password,
    set_totp,
)
from .standing import (
    end_qualification,
    give_guardian_consent,
    record_qualification,
    withdraw_guardian_consent,
)
from .tokens import issue_token, revoke_token
from .wechat import link_wechat, look_up_wechat, sign_in_by_wechat, unlink_wechat

__all__ = [
    "ParticipantLine",
    "close_participant",
    "create_staff",
    "disable_staff",
    "end_qualification",
    "end_role",
    "end_sign_in",
    "give_guardian_consent",
    "grant_role",
    "hand_out_cards",
    "import_participants",
    "index_names",
    "issue_card",
    "issue_sign_in_code",
    "issue_token",
    "leave_desk",
    "link_participant",
    "link_wechat",
    "look_up_wechat",
    "note_code_search",
    "recognize",
    "record_qualification",
    "register_participant",
    "reissue_card",
    "remask_names",
    "remove_nickname",
    "revoke_card",
    "revoke_token",
    "search_participants",
    "send_code",
    "set_board_display",
    "set_password",
    "set_pin",
    "set_totp",
    "sign_in_by_wechat",
    "sign_in_participant",
    "sign_in_staff",
    "sign_out",
    "take_desk",
    "unlink_wechat",
    "update_participant",
    "withdraw_guardian_consent",
]
