"""The command line ends in a sentence, not in a trace."""

import pytest
from django.core import management

from config import cli


def test_a_thumbprint_may_begin_with_a_dash() -> None:
    arguments = ["wenmai", "door", "verify", "--pin", "-x", "--list", "list.json", "--pin"]
    cli.join_pins(arguments)
    assert arguments == ["wenmai", "door", "verify", "--pin=-x", "--list", "list.json", "--pin"]


def test_an_interrupted_command_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_arguments: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(management, "execute_from_command_line", interrupted)
    monkeypatch.setattr("sys.argv", ["wenmai", "reindex"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "\nInterrupted; what was confirmed is kept.\n"
