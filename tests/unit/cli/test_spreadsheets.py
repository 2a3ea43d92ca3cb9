import click
import pytest
import xlsxwriter

from rewards.cli import spreadsheets

COLUMNS = {"name": frozenset({"姓名"}), "phone": frozenset({"手机号"}), "node": frozenset()}
REQUIRED = frozenset({"name", "phone"})
TEXT = "姓名,Phone\n王建英,13812341234\n\n李远航 , 13912345678\n"


def read(path):
    lines = spreadsheets.read(path, columns=COLUMNS, required=REQUIRED)
    return [(line.number, *line.cells.values()) for line in lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_each_encoding(tmp_path, encoding):
    file = tmp_path / "people.csv"
    file.write_bytes(TEXT.encode(encoding))

    assert read(file) == [(2, "王建英", "13812341234", ""), (4, "李远航", "13912345678", "")]


def test_a_workbook_is_read_with_its_numbers_as_text(tmp_path):
    file = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["name", "手机号", "node"])
        sheet.write_row(1, 0, ["王建英", 13812341234, "站"])
        sheet.write_row(3, 0, ["李远航", "13912345678"])

    assert read(file) == [(2, "王建英", "13812341234", "站"), (4, "李远航", "13912345678", "")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("姓名\n王建英\n".encode(), "must name the column phone"),
        ("姓名,phone,年龄\n".encode(), "no column '年龄'"),
        ("姓名,phone,name\n".encode(), "name is there twice"),
        (b"\xff\xfe\x00\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_in_plain_words(tmp_path, content, said):
    file = tmp_path / "people.csv"
    file.write_bytes(content)

    with pytest.raises(click.ClickException, match=said):
        read(file)


def test_what_only_calls_itself_a_workbook_is_refused_in_plain_words(tmp_path):
    file = tmp_path / "people.xlsx"
    file.write_text(TEXT)

    with pytest.raises(click.ClickException, match="not a workbook"):
        read(file)
