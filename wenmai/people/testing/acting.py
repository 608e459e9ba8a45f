"""Somebody who acts for somebody else, for other modules' tests."""

from wenmai.people.proxies.testing import acting, make_proxy

__all__ = ["acting", "make_proxy"]
