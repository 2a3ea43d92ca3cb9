import pytest
from structlog.testing import capture_logs

from rewards.identity import service
from rewards.identity.errors import TooManyCodesError


def test_the_log_gets_the_code_and_of_the_phone_four_digits_alone(app, now):
    with capture_logs() as lines:
        sent = service.send_code(phone="13812341234", now=now)

    assert [line for line in lines if line["event"] == "code.sent"] == [
        {"event": "code.sent", "log_level": "info", "phone_ending": "1234", "code": sent.code}
    ]
    assert "13812341234" not in str(lines)


def test_a_refused_send_delivers_nothing(app, now):
    service.send_code(phone="13812341234", now=now)

    with capture_logs() as lines, pytest.raises(TooManyCodesError):
        service.send_code(phone="13812341234", now=now)

    assert [line for line in lines if line["event"] == "code.sent"] == []
