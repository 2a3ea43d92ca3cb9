"""Writes of identity: one-time codes, sign-ins, staff."""

from .codes import issue_code, use_code
from .desks import end_pins, judge_pin, keep_pin
from .sign_ins import (
    end_participant_sign_ins,
    end_sign_in,
    end_staff_sign_ins,
    note_use,
    open_desk_sign_in,
    open_participant_sign_in,
    open_staff_sign_in,
)
from .staff import (
    create_staff,
    disable_staff,
    end_role,
    grant_role,
    judge_sign_in,
    link_participant,
    lock_staff,
    set_password,
    set_totp_secret,
)
from .wechat import link_wechat, unlink_wechat

__all__ = [
    "create_staff",
    "disable_staff",
    "end_participant_sign_ins",
    "end_pins",
    "end_role",
    "end_sign_in",
    "end_staff_sign_ins",
    "grant_role",
    "issue_code",
    "judge_pin",
    "judge_sign_in",
    "keep_pin",
    "link_participant",
    "link_wechat",
    "lock_staff",
    "note_use",
    "open_desk_sign_in",
    "open_participant_sign_in",
    "open_staff_sign_in",
    "set_password",
    "set_totp_secret",
    "unlink_wechat",
    "use_code",
]
