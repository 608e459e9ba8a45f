"""The demonstration from its own code: what it lays out, and the peer that is harvested."""

from pathlib import Path

import pytest

from demo import feeds, peer

POEMS = Path(__file__).parent.parent.parent / "node_modules" / "chinese-poetry" / "dist"


def shelf(code: str) -> feeds.Shelf:
    return next(one for one in feeds.SHELVES if one.code == code)


def test_every_shelf_has_files_and_a_crosswalk_of_its_own() -> None:
    from wenmai.standards import queries as standards

    for one in feeds.SHELVES:
        assert "json" in standards.crosswalk(one.crosswalk).formats
        for pattern in one.files:
            assert list(POEMS.glob(pattern)), f"{one.code}: {pattern}"


def test_what_upstream_rejects_and_what_is_no_poem_is_left_out() -> None:
    named = [file for one in feeds.SHELVES for pattern in one.files for file in POEMS.glob(pattern)]
    assert not {"error", "rank", "strains"} & {part for file in named for part in file.relative_to(POEMS).parts}


def test_a_smaller_number_takes_a_share_and_all_takes_everything(tmp_path: Path) -> None:
    few = feeds.lay_out(shelf("tang"), POEMS, tmp_path / "few", 10_000)
    assert 3_000 <= few <= 4_000
    assert feeds.lay_out(shelf("shijing"), POEMS, tmp_path / "whole", 10) == 306
    assert feeds.lay_out(shelf("tang"), POEMS, tmp_path / "few", 1_000) == 1_000
    assert len(list((tmp_path / "few").iterdir())) == few // 1_000, "what was there stays"


@pytest.mark.slow
def test_all_of_it_is_about_390_000_records(tmp_path: Path) -> None:
    total = sum(feeds.lay_out(one, POEMS, tmp_path / one.code, None) for one in feeds.SHELVES)
    assert 385_000 <= total <= 400_000


def test_the_peer_holds_lyrics_with_titles_and_texts() -> None:
    held = list(peer.lyrics(POEMS))
    assert len(held) > 700
    assert len({one.key for one in held}) == len(held)
    assert all(one.title and one.text for one in held)
