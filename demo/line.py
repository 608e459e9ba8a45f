"""Two demonstrations on one machine, a province and a county, each with a database of its own; each logs in the
other's people, and leaving one is leaving both.

Run by `make demo-line`. Cookies know hosts and no ports, so each node's have a name of their own.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from config import supervisor

ROOT = Path(__file__).resolve().parent.parent
ENDS_WITHIN_S = 60


class Place(NamedTuple):
    """`owner`: its library, a key of demo.places: the other node's app is this one's there."""

    slug: str
    name: str
    organiser: str
    owner: str


PROVINCE = Place("province", "漪岭省文脉", "漪岭省公共数字文化服务（演示）", "province_library")
COUNTY = Place("county", "槿溪县文脉", "槿溪县公共数字文化服务（演示）", "county_library")


class Node:
    """`wenmai up` with settings of its own; started again if it dies."""

    def __init__(self, place: Place, folder: Path, port: int) -> None:
        self.place, self.address = place, f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {
            **kept, "WENMAI_DEMO": "1", "WENMAI_VAR": str(folder / place.slug), "WENMAI_BASE_URL": self.address,
            "WENMAI_COOKIE": place.slug, "WENMAI_SITE_NAME": place.name, "WENMAI_ORGANISER": place.organiser,
            "WENMAI_ALLOWED_PRIVATE_HOSTS": "127.0.0.1", "WENMAI_WEB_WORKERS": "1", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        started_with = self._manage("up", "--port", str(port))
        self._child = supervisor.Child(place.slug, lambda: supervisor.execute(started_with, self.environment))

    def _manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def command(self, *arguments: str, says: str = "") -> str:
        """What a command of this node answers to what is said to it; a refusal ends the start."""
        ended = subprocess.run(  # noqa: S603
            self._manage(*arguments), env=self.environment, input=says, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if ended.returncode:
            raise SystemExit(f"{self.place.slug}: {' '.join(arguments[:2])} ended with {ended.returncode}")
        return ended.stdout

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def look_after(self) -> None:
        self._child.look_after()

    def end(self) -> None:
        self._child.end()

    def wait(self) -> None:
        """It has processes and a database to end first."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.process.wait(ENDS_WITHIN_S)
        self._child.wait()


def main() -> None:
    options = argparse.ArgumentParser(prog="make demo-line")
    options.add_argument("--port", type=int, default=8000, help="of the province; the county has the next one")
    options.add_argument("--records", default="0", help="how many each node loads, or all; 0: none")
    asked = options.parse_args()
    folder = Path(os.environ.get("WENMAI_VAR", ROOT / "var")) / "line"
    supervisor.heed_signals()
    nodes = [Node(PROVINCE, folder, asked.port), Node(COUNTY, folder, asked.port + 1)]
    try:
        supervisor.run(nodes, lambda: _begin(nodes, asked.records))
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    finally:
        supervisor.stop(nodes)


def _begin(nodes: list[Node], records: str) -> bool:
    if not all(node.is_ready() for node in nodes):
        return False
    # beside the loop that looks after the nodes
    threading.Thread(target=_introduce, args=(nodes, records), daemon=True).start()
    return True


def _introduce(nodes: list[Node], records: str) -> None:
    """Each is an app of the other and comes in by the other. Again gives each another secret and changes nothing."""
    province, county = nodes
    others = {province: county, county: province}
    about = {
        node: (other.address, other.place.slug, other.place.name, node.place.owner) for node, other in others.items()
    }
    offers = {node: node.command("line", "offer", *about[node]) for node in nodes}
    # cards in two rounds: the second one hears that the other has said yes
    for verb in ("accept", "agree", "agree"):
        for node in nodes:
            node.command("line", verb, *about[node], says=offers[others[node]])
    people = [json.loads(offered) for offered in offers.values()]
    sys.stdout.write(_welcome(nodes, people))
    sys.stdout.flush()
    if records != "0":
        for node in nodes:
            node.command("demo", "--records", records)


def _welcome(nodes: list[Node], people: list[dict[str, str]]) -> str:
    province, county = nodes
    lines = "\n".join(
        f"  {node.address}/account/enter   {node.place.name}\n      reader · admin   password {one['password']}"
        for node, one in zip(nodes, people, strict=True)
    )
    return f"""
ready: {province.address} and {county.address}

{lines}

  1 打开县的登录页，按“用{province.place.name}登录”，在省里用 reader 登录、同意，回到县里新建账号。
    On the county's login page press “Log in with {province.place.name}”, log in there as reader, agree, come back.
  2 在县里退出：省里也退出了。再来一次，这回在省里退出：几秒后县里也退出了。
    Leave the county: the province has let you out, too. Again, and leave the province: so does the county, in seconds.
  3 换过来也一样。The other way round it is the same.
  4 用省里的登录进县，在“我的账号 · 读者证”按“从{province.place.name}带来读者证”，同意：县里认省图书馆的证。
    In the county by the province's login, under reader cards, bring those of the province: they count there.

Ctrl-C ends everything.
"""


if __name__ == "__main__":
    main()
