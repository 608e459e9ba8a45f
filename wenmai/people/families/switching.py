"""The page where a browser goes into the mode for minors, and where whoever may takes it out again."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts, devices
from wenmai.people.families import mode, queries, rules, services
from wenmai.people.families.wording import sentence
from wenmai.people.models import User
from wenmai.standards import queries as standards

WAY = "minors"
_SECRET = {"autocomplete": "off", "autocapitalize": "none"}


class OnForm(forms.Form):
    pin = forms.CharField(
        label=gettext_lazy("退出时要的数字密码"), max_length=40, required=False,
        help_text=gettext_lazy("6 到 12 位数字，不告诉孩子。忘了只能用监护人的退出码。"),
        widget=forms.PasswordInput(attrs={**_SECRET, "inputmode": "numeric"}),
    )  # fmt: skip


class OffForm(forms.Form):
    shown = forms.CharField(
        label=gettext_lazy("数字密码、开启它的账号的密码，或监护人的退出码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs=_SECRET),
    )  # fmt: skip


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def minors(request: HttpRequest) -> HttpResponse:
    if getattr(request, "child", None) is not None:
        return _page(request)
    there = mode.of(request)
    if request.method != "POST":
        return _page(request, off=OffForm() if there else None, on=None if there else OnForm())
    return _leave(request, there) if there else _begin(request)


def _begin(request: HttpRequest) -> HttpResponse:
    """By an account with a password in one tap; by anybody with digits of their own choice."""
    form, user_id = OnForm(request.POST), _account_with_password(request)
    if form.is_valid():
        try:
            pin = "" if user_id and not form.cleaned_data["pin"] else rules.read_pin(form.cleaned_data["pin"])
        except Refused as refusal:
            form.add_error("pin", sentence(refusal))
        else:
            response = redirect("portal:home")
            mode.switch_on(response, user_id=user_id, pin=pin)
            messages.success(request, _("未成年人模式开了。这个浏览器里只有适合未成年人的内容。"), extra_tags="good")
            return response
    return _page(request, on=form)


def _leave(request: HttpRequest, there: mode.Mode) -> HttpResponse:
    form = OffForm(request.POST)
    if not form.is_valid():
        return _page(request, off=form)
    counted = devices.counted_as(request, None)
    if attempts.begin_login(WAY, counted, clock.now().timestamp()):
        form.add_error("shown", _("试的次数太多了，请过几分钟再试。"))
        return _page(request, off=form)
    shown = form.cleaned_data["shown"]
    if not mode.opens(there, shown) and not _is_code(shown):
        form.add_error("shown", _("不对。请再看一遍，或请监护人出示一个退出码。"))
        return _page(request, off=form)
    attempts.login_succeeded(WAY, counted)
    response = redirect("portal:home")
    mode.switch_off(response)
    messages.success(request, _("未成年人模式关了。"), extra_tags="good")
    return response


def _is_code(shown: str) -> bool:
    try:
        services.take_code(code=rules.read_code(shown), purpose=rules.LEAVE, now=clock.now())
    except Refused:
        return False
    return True


def _account_with_password(request: HttpRequest) -> int:
    """0 for nobody's, a child's, or one that has no password to leave with."""
    user = request.user
    if not isinstance(user, User) or not user.has_usable_password() or queries.is_child(user.pk):
        return 0
    return user.pk


def _page(request: HttpRequest, *, on: OnForm | None = None, off: OffForm | None = None) -> HttpResponse:
    audiences = _("、").join(str(label).lower() for label in standards.pool("minors").values())
    context = {
        "on": on, "off": off, "audiences": audiences,
        "has_password": bool(on and _account_with_password(request)),
    }  # fmt: skip
    failed = bool((on and on.errors) or (off and off.errors))
    return render(request, "people/families/minors.html", context, status=400 if failed else 200)
