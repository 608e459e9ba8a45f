"""What the demonstration makes for itself: the same each time, of the type it says, and described by its profile."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from demo.media import making, works
from wenmai.files import services
from wenmai.files.rules import captions
from wenmai.formats.values import Value
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.standards import queries as standards
from wenmai.standards import rules

SHORT = [
    "seal-1",
    "seal-2",
    "writing-1",
    "lattice-fret",
    "landscape-mist-1",
    "stones",
    "strings-quick",
    "film-spreading",
    "book-shijing-zhounan",
]


@pytest.fixture(scope="module")
def everything() -> dict[str, works.Work]:
    if not making.POEMS.is_dir():
        pytest.skip("no node_modules: make install")
    return {work.key: work for work in works.every(making.POEMS)}


def test_there_is_something_of_each_kind(everything):
    count = Counter(work.type for work in everything.values())
    assert set(count) == {"image", "audio", "video", "ebook"}
    assert min(count.values()) >= 5
    assert len({work.title for work in everything.values()}) == len(everything)


def test_descriptions_say_that_a_program_made_it(everything):
    assert all(work.description.endswith(works.MADE) for work in everything.values())


def test_what_is_played_says_in_words_what_is_heard_or_seen(everything):
    for work in everything.values():
        assert bool(work.captions) == (work.type in {"audio", "video"}), work.key
        if work.captions:
            cues = captions.read(works.vtt(work).encode())
            assert len(cues) == len(work.captions)
            assert cues[-1].end == round(work.seconds * 1000)


@pytest.mark.django_db
def test_records_follow_their_profiles(everything):
    for work in everything.values():
        elements = {name: [Value(text, name) for text in texts] for name, texts in making.elements_of(work).items()}
        problems = rules.check(standards.profile(work.type), elements)
        assert problems == (), (work.key, problems)


def write(work: works.Work, path: Path) -> bytes:
    work.write(Random(work.key), path)
    return path.read_bytes()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("key", SHORT)
def test_files_are_kept_as_what_they_say_and_come_out_the_same(everything, key, tmp_path):
    work = everything[key]
    content = write(work, tmp_path / "once")
    assert write(work, tmp_path / "twice") == content
    with (tmp_path / "once").open("rb") as file:
        stored = services.store(file, declared_type=work.media_type, actor=SYSTEM, now=clock.now())
    assert stored.media_type == work.media_type
    assert (stored.duration_ms or 0) == work.seconds * 1000
    if "resolution" in work.measures:
        assert work.measures["resolution"] == f"{stored.width}×{stored.height}"


@pytest.mark.slow
@pytest.mark.django_db
def test_an_album_holds_the_pictures_made_before(everything, tmp_path):
    for key in ("lattice-ice", "lattice-fret", "lattice-shell", "lattice-lozenge", "lattice-wave", "lattice-step"):
        write(everything[key], tmp_path / f"{key}.jpg")
    write(everything["album-lattices"], tmp_path / "album.pdf")
    with (tmp_path / "album.pdf").open("rb") as file:
        stored = services.store(file, actor=SYSTEM, now=clock.now())
    assert (stored.media_type, stored.pages) == ("application/pdf", 6)


def test_what_is_there_is_not_made_again(tmp_path, monkeypatch, everything):
    one = everything["seal-1"]
    monkeypatch.setattr(works, "every", lambda poems: [one])
    heard = []
    first = making.make(tmp_path, lambda done, total: heard.append((done, total)))
    moment = first[0].path.stat().st_mtime_ns
    assert making.make(tmp_path, lambda done, total: None)[0].path.stat().st_mtime_ns == moment
    assert heard == [(1, 1)]
    assert [path.name for path in tmp_path.iterdir()] == ["seal-1.jpg"]
