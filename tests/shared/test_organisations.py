"""The tree of procuratorates: what the shipped files say, and what an administrator's file may change."""

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from shared.organisations import COLUMNS, SHIPPED, Level, OfficeFileError, OfficeTree, UnknownOffice

HEADER = ",".join(COLUMNS)
YUHANG, XIHU, HANGZHOU, NINGBO, ZHEJIANG, SUPREME = (
    "330110",
    "330106",
    "330100",
    "330200",
    "330000",
    "000000",
)


@pytest.fixture(scope="module")
def tree() -> OfficeTree:
    return OfficeTree.load()


def write(folder: Path, *lines: str, name: str = "ours.csv") -> Path:
    file = folder / name
    file.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    return file


def test_every_office_of_the_shipped_files_has_a_place(tree: OfficeTree) -> None:
    assert len(tree) > 3300
    assert [office.code for office in tree if office.parent is None] == [SUPREME]
    assert tree.office(YUHANG).path == "/000000/330000/330100/330110/"
    assert tree.office("310000-01").level is Level.MUNICIPAL


def test_the_line_runs_from_the_next_superior_to_the_supreme_office(tree: OfficeTree) -> None:
    assert [office.code for office in tree.line_of(YUHANG)] == [HANGZHOU, ZHEJIANG, SUPREME]
    assert tree.line_of(SUPREME) == ()
    above = tree.superior_of(YUHANG)
    assert above is not None
    assert above.code == HANGZHOU
    assert tree.superior_of(SUPREME) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (YUHANG, XIHU, HANGZHOU),
        (YUHANG, "330203", ZHEJIANG),
        (HANGZHOU, NINGBO, ZHEJIANG),
        (YUHANG, "110105", SUPREME),
        (YUHANG, YUHANG, HANGZHOU),
        (YUHANG, HANGZHOU, ZHEJIANG),
        (SUPREME, YUHANG, None),
    ],
)
def test_the_common_superior_is_the_lowest_office_above_both(
    tree: OfficeTree, first: str, second: str, expected: str | None
) -> None:
    for one, other in ((first, second), (second, first)):
        above = tree.common_superior(one, other)
        assert (above.code if above else None) == expected


def test_below_means_anywhere_below_and_never_itself(tree: OfficeTree) -> None:
    assert tree.is_below(YUHANG, HANGZHOU)
    assert tree.is_below(YUHANG, SUPREME)
    assert not tree.is_below(YUHANG, YUHANG)
    assert not tree.is_below(HANGZHOU, YUHANG)
    assert not tree.is_below(YUHANG, NINGBO)


@pytest.mark.parametrize("code", [SUPREME, ZHEJIANG, HANGZHOU, YUHANG, "110000"])
def test_the_offices_below_are_exactly_those_that_say_so(tree: OfficeTree, code: str) -> None:
    assert {o.code for o in tree.below(code)} == {o.code for o in tree if tree.is_below(o.code, code)}


def test_levels_compare_by_rank(tree: OfficeTree) -> None:
    assert tree.same_level(HANGZHOU, NINGBO)
    assert not tree.same_level(HANGZHOU, YUHANG)
    assert [level.rank for level in Level] == [0, 1, 2, 3]


def test_an_unknown_office_is_an_error_not_a_guess(tree: OfficeTree) -> None:
    assert not tree.exists("999999")
    with pytest.raises(UnknownOffice):
        tree.office("999999")


def test_a_primary_office_directly_below_a_province_is_doubted(tree: OfficeTree) -> None:
    assert any("110105" in each for each in tree.warnings)
    assert not any("330110 " in each for each in tree.warnings)


def test_a_later_file_wins_by_code_and_moves_the_line(tmp_path: Path) -> None:
    first = write(tmp_path, "110105,朝阳区院,primary,110000-03,2020-01-01,,by hand", name="first.csv")
    second = write(
        tmp_path, "110105,北京市朝阳区人民检察院,primary,110000-02,,2030-12-31,", name="second.csv"
    )
    office = OfficeTree.load(first, second).office("110105")
    assert (office.parent, office.valid_from, office.valid_to) == ("110000-02", None, date(2030, 12, 31))
    moved = OfficeTree.load(first)
    assert [above.code for above in moved.line_of("110105")] == ["110000-03", "110000", SUPREME]
    assert not any("110105" in each for each in moved.warnings)


def test_an_office_exists_between_its_dates(tmp_path: Path) -> None:
    tree = OfficeTree.load(write(tmp_path, "330198,新区院,primary,330100,2022-01-01,2023-12-31,"))
    assert tree.exists("330198")
    assert tree.exists("330198", date(2023, 12, 31))
    assert not tree.exists("330198", date(2024, 1, 1))
    assert not tree.exists("330198", date(2021, 12, 31))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("33019,新区院,primary,330100,,,", "is not a code"),
        ("330198,,primary,330100,,,", "has no name"),
        ("330198,新区院,district,330100,,,", "is not a level"),
        ("330198,新区院,primary,330199,,,", "is in no file"),
        ("330198,新区院,primary,,,,", "has no parent"),
        ("330198,新区院,municipal,330100,,,", "cannot stand below"),
        ("330198,新区院,primary,330100,2021-13-01,,", "is not a date"),
        ("330198,新区院,primary,330100,2022-01-02,2022-01-01,", "ends before it begins"),
        ("330198,新区院,primary", "columns are needed"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, line: str, why: str) -> None:
    file = write(tmp_path, "330197,好院,primary,330100,,,", line)
    with pytest.raises(OfficeFileError, match=why) as refused:
        OfficeTree.load(file)
    assert f"{file}:3" in str(refused.value)


def test_a_code_may_not_stand_twice_in_one_file(tmp_path: Path) -> None:
    row = "330198,新区院,primary,330100,,,"
    with pytest.raises(OfficeFileError, match="stands twice"):
        OfficeTree.load(write(tmp_path, row, row))


def test_a_file_needs_its_header_and_must_be_there(tmp_path: Path) -> None:
    headless = tmp_path / "headless.csv"
    headless.write_text("330198,新区院,primary,330100,,,", encoding="utf-8")
    with pytest.raises(OfficeFileError, match="first line"):
        OfficeTree.load(headless)
    with pytest.raises(OfficeFileError, match="cannot be read"):
        OfficeTree.load(tmp_path / "absent.csv")


def test_the_tree_is_read_once_and_again_when_a_file_changes(tmp_path: Path) -> None:
    assert OfficeTree.load() is OfficeTree.load()
    file = write(tmp_path, "330198,旧名,primary,330100,,,")
    assert OfficeTree.load(file).office("330198").name == "旧名"
    before = file.stat().st_mtime_ns
    write(tmp_path, "330198,新名,primary,330100,,,")
    assert file.stat().st_mtime_ns != before
    assert OfficeTree.load(file).office("330198").name == "新名"


def test_loading_all_offices_is_quick(tmp_path: Path) -> None:
    file = write(tmp_path, "330198,新区院,primary,330100,,,")
    started = perf_counter()
    OfficeTree.load(file)
    assert perf_counter() - started < 0.5  # about 30 ms on an idle core; the rest is room for a busy one


def test_the_shipped_files_are_there() -> None:
    assert all(file.is_file() for file in SHIPPED)
