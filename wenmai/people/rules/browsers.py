"""What a browser calls itself, in words that its owner knows; a hint for people, nothing is decided by it."""

import re

_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("HuaweiBrowser", "Huawei"), ("MiuiBrowser", "Mi"),
    ("QQBrowser", "QQ"), ("UCBrowser", "UC"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words(agent: str) -> str:
    """`Chrome · Windows`; the first word of what it says where neither is known, so that it never shows pages of it."""
    found = [next((words for mark, words in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    known = " · ".join(part for part in found if part)
    return known or (re.match(r"[\w./-]{1,40}", agent) or [""])[0]
