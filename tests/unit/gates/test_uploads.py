"""An upload is read strictly: what is not exactly one is none."""

import pytest
from werkzeug.exceptions import BadRequest

from rewards.pages.console import uploads

DEVICE = "01900000-0000-7000-8000-000000000000"
ROW = {
    "sequence": 1,
    "least": 1000,
    "most": 2000,
    "direction": "in",
    "gate": "东门",
    "raw": "87654321",
    "signature": "0" * 64,
}
BODY = {"device": DEVICE, "least": 5000, "most": 6000, "scans": [ROW]}


def test_an_upload_is_read():
    upload = uploads.read_upload(BODY)

    assert str(upload.device_id) == DEVICE
    assert upload.sent.most.total_seconds() == 6
    assert [(scan.sequence, scan.raw, scan.gate) for scan in upload.scans] == [
        (1, "87654321", "东门")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"scans": []},
        {"scans": [ROW] * 51},
        {"scans": "x"},
        {"scans": [{}]},
        {"scans": [[]]},
        {"device": "x"},
        {"device": None},
        {"least": "1"},
        {"most": 10**13},
        {"least": None},
        {"least": True},
    ],
)
def test_nonsense_is_no_upload(change):
    with pytest.raises(BadRequest):
        uploads.read_upload(BODY | change)


@pytest.mark.parametrize(
    "change", [{"sequence": 0}, {"sequence": True}, {"sequence": 1.5}, {"sequence": 10**7}]
)
def test_a_scan_without_a_number_cannot_be_answered(change):
    with pytest.raises(BadRequest):
        uploads.read_upload(BODY | {"scans": [ROW | change]})


@pytest.mark.parametrize(
    "change",
    [
        {"direction": "up"},
        {"direction": None},
        {"gate": "东门\n"},
        {"gate": "门" * 21},
        {"raw": "1" * 257},
        {"raw": None},
        {"signature": 7},
        {"signature": "é" * 64},
        {"most": "1"},
    ],
)
def test_nonsense_is_no_scan_and_holds_up_no_other(change):
    upload = uploads.read_upload(BODY | {"scans": [ROW | change, ROW | {"sequence": 2}]})

    assert [scan.sequence for scan in upload.unreadable] == [1]
    assert [scan.sequence for scan in upload.scans] == [2]


@pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"occasion": "x"}])
def test_nonsense_names_no_occasion(body):
    with pytest.raises(BadRequest):
        uploads.read_occasion(body)
