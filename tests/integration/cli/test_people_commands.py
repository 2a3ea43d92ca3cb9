import pytest
import xlsxwriter

from rewards.core import clock
from rewards.identity import queries as identity
from rewards.network import queries as network
from rewards.participants import queries as participants
from tests.factories.people import PASSWORD, make_branch, make_participant, make_staff

CENTER = "杏花岭区新时代文明实践中心"


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def run(*arguments, stdin=None):
        return runner.invoke(args=list(arguments), input=stdin)

    return run


def write_network(path, *bad):
    rows = [("level", "name", "parent", "address", "phone"), ("center", CENTER, "", "", "")]
    rows += [("所", f"街道所{n:02}", CENTER, "", "") for n in range(11)]
    rows += [("站", f"社区站{n:03}", f"{CENTER}/街道所{n % 11:02}", "", "") for n in range(140)]
    rows += bad
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return str(path)


def test_a_district_is_imported_and_shown(run, tmp_path):
    imported = run("network", "import", write_network(tmp_path / "district.xlsx"))

    assert imported.exit_code == 0, imported.output
    assert "152 added, 0 already there, 0 left out." in imported.output
    shown = run("network", "show").output
    assert "152 nodes: center 1, institute 11, station 140, point 0." in shown
    assert "\n    社区站000  [station " in shown


def test_bad_rows_of_a_network_are_named_by_their_line(run, tmp_path):
    file = write_network(tmp_path / "district.xlsx", ("村", "某村", CENTER), ("站", "站", CENTER))

    refused = run("network", "import", file)

    assert refused.exit_code == 1
    assert "line 154: The level is not one of" in refused.output
    assert "line 155: A node of this level" in refused.output
    assert "nothing was imported" in refused.output
    assert network.list_branch("") == ()
    assert (
        "152 added, 0 already there, 2 left out."
        in run("network", "import", "--skip-bad", file).output
    )


def test_participants_are_imported_from_what_a_spreadsheet_wrote(run, now, tmp_path):
    make_branch(now)
    file = tmp_path / "people.csv"
    text = "姓名,手机号,站点,出生年份\n王建英,13812341234,测试区社区站,1960\n"
    file.write_bytes(text.encode("gb18030"))

    imported = run("participants", "import", str(file))

    assert "1 added" in imported.output
    assert participants.find_by_phone("+8613812341234").masked_name == "王*英"


def test_bad_rows_of_participants_are_named_without_personal_data(run, now, tmp_path):
    make_branch(now)
    file = tmp_path / "people.csv"
    file.write_text(
        "name,phone,node\n王建英,13812341234,测试区社区站\n李远航,1381234,测试区社区站\n"
    )

    refused = run("participants", "import", str(file))

    assert refused.exit_code == 1
    assert "line 3: This is not a phone number." in refused.output
    assert "1381234" not in refused.output
    assert participants.page_participants(node_path="").items == ()


def test_an_administrator_is_added_from_the_command_line_alone(run, now):
    center, *_ = make_branch(now)

    added = run("staff", "add", "Wutong", "--password-stdin", stdin=f"{PASSWORD}\n")
    granted = run("staff", "grant", "wutong", "center_admin", center.name)

    assert added.exit_code == granted.exit_code == 0
    assert PASSWORD not in added.output
    assert f"center_admin at {center.name}" in run("staff", "list").output


def test_a_password_is_asked_for_twice_and_not_shown(run, now):
    added = run("staff", "add", "wutong", stdin=f"{PASSWORD}\n{PASSWORD}\n")

    assert added.exit_code == 0
    assert PASSWORD not in added.output


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("add", "wutong", "--password-stdin"), "short\n", "too short"),
        (("add", "wu tong", "--password-stdin"), f"{PASSWORD}\n", "no spaces"),
        (("add", "zhouhang", "--password-stdin"), f"{PASSWORD}\n", "has this sign-in name"),
        (("grant", "nobody", "clerk", "测试区社区站"), None, "no such staff member"),
        (("grant", "zhouhang", "clerk", "没有的站"), None, "no such node"),
        (("grant", "zhouhang", "clerk", "测试区社区站"), None, "holds this role there already"),
        (("end-role", "zhouhang", "host", "测试区社区站"), None, "no such role"),
        (("disable", "nobody"), None, "no such staff member"),
    ],
)
def test_a_refusal_is_one_plain_sentence(run, now, arguments, stdin, said):
    *_, station = make_branch(now)
    make_staff("zhouhang", now, ("clerk", station))

    refused = run("staff", *arguments, stdin=stdin)

    assert refused.exit_code == 1
    assert said in refused.output
    assert "Traceback" not in refused.output


def test_a_token_is_printed_once_listed_without_it_and_revoked(run, now):
    *_, station = make_branch(now)
    make_staff("zhouhang", now, ("clerk", station))
    participant = make_participant(station, now)

    for owner in (("--staff", "zhouhang"), ("--participant", str(participant.id))):
        token = run("tokens", "issue", *owner, "--name", "till").output.strip()
        actor = identity.find_actor(token, clock.now())
        listed = run("tokens", "list", *owner).output
        revoked = run("tokens", "revoke", str(actor.sign_in_id))

        assert str(actor.sign_in_id) in listed
        assert "till" in listed
        assert token not in listed
        assert revoked.exit_code == 0
        assert identity.find_actor(token, clock.now()) is None


@pytest.mark.parametrize(
    "owner", [(), ("--staff", "x", "--participant", "00000000-0000-0000-0000-000000000001")]
)
def test_a_token_is_for_exactly_one(run, owner):
    refused = run("tokens", "issue", *owner, "--name", "till")

    assert refused.exit_code == 2
    assert "either --staff or --participant" in refused.output


def test_disabling_from_the_command_line_ends_the_tokens(run, now):
    make_staff("zhouhang", now)
    token = run("tokens", "issue", "--staff", "zhouhang", "--name", "till").output.strip()

    run("staff", "disable", "zhouhang")

    assert identity.find_actor(token, clock.now()) is None


def test_a_role_a_password_and_totp_are_changed_from_the_command_line(run, now):
    *_, station = make_branch(now)
    make_staff("zhouhang", now, ("clerk", station))

    ended = run("staff", "end-role", "zhouhang", "clerk", station.label)
    changed = run("staff", "password", "zhouhang", "--password-stdin", stdin="another password\n")
    uri = run("staff", "totp", "zhouhang").output

    assert (ended.exit_code, changed.exit_code) == (0, 0)
    assert uri.startswith("otpauth://totp/Rewards:zhouhang?secret=")
    assert "zhouhang  [totp]\n" in run("staff", "list").output
