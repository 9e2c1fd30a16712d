"""Names of downloaded files."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.http.replies import attachment

FORM = re.compile(r'attachment; filename="([\x20-\x7e]+)"; filename\*=UTF-8\'\'([A-Za-z0-9._~%-]+)')


def names_in(header: str) -> tuple[str, str]:
    found = FORM.fullmatch(header)
    assert found, header
    return found[1], unquote(found[2])


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("Cats", "Cats-7.csv", "Cats-7.csv"),
        ("Кошки", "-7.csv", "Кошки-7.csv"),
        ("猫 と é", "e-7.csv", "猫 と é-7.csv"),
        ('../a"b\\c\r\n', ".._a_b_c_-7.csv", "_a_b_c_-7.csv"),
        ("\u202egpj.exe", "_gpj.exe-7.csv", "_gpj.exe-7.csv"),
        ("50% off; now", "50_ off_ now-7.csv", "50% off; now-7.csv"),
    ],
)
def test_names_of_every_script_are_kept_and_nothing_breaks_out(name: str, plain: str, whole: str) -> None:
    found = names_in(attachment(name, "-7.csv"))
    assert found[1] == whole
    assert found[0] == plain.removeprefix("..")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_header_is_well_formed_whatever_the_name(name: str) -> None:
    plain, whole = names_in(attachment(name, "-7.csv"))
    assert plain.endswith("-7.csv")
    assert whole.endswith("-7.csv")
    assert not {"/", "\\", '"', "\n", "\r"} & set(whole)
