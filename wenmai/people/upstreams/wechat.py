"""WeChat's login, which is no OpenID: an upstream whose issuer is WeChat's own address is asked in WeChat's way.

Nothing is signed there: what is believed is what WeChat answers to our secret. Addresses and names of fields are those
of allauth's provider `weixin`, and a test holds them to it; the way in is our own, like that of every other upstream.
"""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from wenmai.lib.refusal import Refused

ISSUER = "https://open.weixin.qq.com"
"""What staff writes as the issuer; the client's number is then the AppID and its secret the AppSecret."""
METADATA = {
    "authorization_endpoint": f"{ISSUER}/connect/qrconnect",
    "token_endpoint": "https://api.weixin.qq.com/sns/oauth2/access_token",
    "userinfo_endpoint": "https://api.weixin.qq.com/sns/userinfo",
}
SCOPE = "snsapi_login"
"""A page of a website: WeChat shows a picture, and the person scans it and agrees. So each login is a fresh one."""


class Login(NamedTuple):
    """What WeChat answers to a code. `openid` is theirs for this app, `subject` their one for all apps of its owner."""

    access: str
    openid: str
    subject: str


def address(endpoint: str, *, app_id: str, redirect_uri: str, state: str) -> str:
    """Where a browser is sent."""
    asked = {
        "appid": app_id, "redirect_uri": redirect_uri, "response_type": "code", "scope": SCOPE, "state": state,
    }  # fmt: skip
    return f"{endpoint}?{urlencode(asked)}#wechat_redirect"


def question(*, app_id: str, secret: str, code: str) -> dict[str, str]:
    """What is asked from behind; sent as a form, so that the secret stands in no address."""
    return {"appid": app_id, "secret": secret, "code": code, "grant_type": "authorization_code"}


def read_login(told: Any) -> Login:
    """Refused: upstream_refused (detail: WeChat's number), token_odd. WeChat answers 200 whatever happens.

    Without `unionid` nobody is let in: the app is not bound to an account of WeChat's open platform, and the numbers
    would mean nothing beside another app's.
    """
    if not isinstance(told, dict) or told.get("errcode"):
        raise Refused("upstream_refused", f"errcode {told.get('errcode') if isinstance(told, dict) else '?'}"[:60])
    access, openid, subject = (told.get(name) for name in ("access_token", "openid", "unionid"))
    for name, text in (("access_token", access), ("openid", openid), ("unionid", subject)):
        if not isinstance(text, str) or not 0 < len(text) <= 255 or not text.isascii() or not text.isprintable():
            raise Refused("token_odd", name)
    return Login(str(access), str(openid), str(subject))


def read_name(told: Any, openid: str) -> str:
    """What they call themselves; nothing where WeChat does not say. Refused: token_odd (somebody else's)."""
    if not isinstance(told, dict) or told.get("errcode"):
        return ""
    if told.get("openid") != openid:
        raise Refused("token_odd", "openid")
    name = told.get("nickname")
    return "".join(letter for letter in name if letter.isprintable()).strip()[:60] if isinstance(name, str) else ""
