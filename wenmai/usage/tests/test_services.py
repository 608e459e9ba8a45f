import pytest

pytestmark = pytest.mark.django_db


def test_smoke() -> None:
    from django.db import connection

    with connection.cursor() as c:
        c.execute("select relname from pg_class where relname like 'usage%' order by 1")
        print(c.fetchall())
