"""Debian's slapd on the loopback, with a few readers in it. Without it the tests that need it are skipped, aloud."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/bin:/sbin")
BASE = "dc=library,dc=test"
ADMIN, SECRET = f"cn=search,{BASE}", "search-secret"
_CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
{tls}
allow bind_anon_cred bind_anon_dn
database mdb
maxsize 10485760
suffix "{base}"
rootdn "{admin}"
rootpw {secret}
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{admin}" read by * none
"""
_TLS = "TLSCertificateFile {pem}\nTLSCertificateKeyFile {pem}\nTLSCACertificateFile {pem}"
_READER = """
dn: uid={uid},{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {name}
sn: {name}
employeeType: {until}
userPassword: {pin}
"""
READERS = (
    ("L0001", "王小明", "20301231", "246810"),
    ("L0002", "李四", "20200101", "135790"),
    ("twice", "甲", "", "111111"),
    ("a*(b)\\\\c", "怪号", "", "222222"),
)


class Directory(NamedTuple):
    port: int
    tls_port: int


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, certificate: Path | None = None) -> Iterator[Directory]:
    """`allow bind_anon_dn`: this server answers a bind without a password with success, as many do."""
    assert SLAPD
    (folder / "data").mkdir()
    tls = _TLS.format(pem=certificate) if certificate else ""
    (folder / "slapd.conf").write_text(_CONF.format(folder=folder, tls=tls, base=BASE, admin=ADMIN, secret=SECRET))
    entries = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: library\ndc: library\n"
    entries += "".join(
        _READER.format(uid=uid, base=BASE, name=name, until=until or "none", pin=pin)
        for uid, name, until, pin in READERS[:3]
    )
    entries += _READER.format(uid="other", base=BASE, name="乙", until="none", pin="1").replace(
        "uid: o", "uid: twice\nuid: o"
    )
    entries += (
        f"\ndn: cn=odd,{BASE}\nobjectClass: inetOrgPerson\ncn: odd\nsn: odd\nuid: a*(b)\\c\nuserPassword: 222222\n"
    )
    (folder / "readers.ldif").write_text(entries)
    add = [SLAPD.replace("slapd", "slapadd"), "-f", str(folder / "slapd.conf"), "-l", str(folder / "readers.ldif")]
    subprocess.run(add, check=True, capture_output=True)
    where = Directory(free_port(), free_port())
    urls = f"ldap://127.0.0.1:{where.port}" + (f" ldaps://127.0.0.1:{where.tls_port}" if certificate else "")
    with subprocess.Popen(
        [SLAPD, "-f", str(folder / "slapd.conf"), "-h", urls, "-d", "0"], stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(where.port, process)
            yield where
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"slapd did not start: {process.returncode}")
