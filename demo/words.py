"""What a demonstration says when it is ready."""

from demo import cards, family, loading


def welcome(base: str) -> str:
    staff = [(username, words) for username, _role, _owner, words in loading.ACCOUNTS]
    accounts = "\n".join(f"  {username:<10} {words}" for username, words in (*staff, *family.ACCOUNTS))
    return f"""
  {base}/                             门户 the portal
  {base}/search?q=春眠不觉晓          查找 search
  {base}/en/                          in English
  {base}/?mode=elder                  长辈版 elder mode
  {base}/?face=tv                     电视 on a television（?face=web 回来 goes back）
  {base}/standards/                   标准 standards
  {base}/oai?verb=Identify            OAI-PMH
  {base}/api/v1/                      接口 the API
  {base}/desk/                        工作台 the desk
  {base}/demo/sms                     演示短信 what would have been sent to phones

accounts (password {loading.password()}):
{accounts}

reader cards to link at {base}/account/cards/ (same password):
  汐川市图书馆  {"、".join(cards.FREE)}（县图书馆也认 the county's library recognises them）

Ctrl-C ends everything.
"""
