"""Apps that act for somebody, for other modules' tests."""

from wenmai.people.provider.testing import RelyingParty, allow, make_app

__all__ = ["RelyingParty", "allow", "make_app"]
