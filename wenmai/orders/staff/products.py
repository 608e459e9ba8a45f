"""A supplier's pages: products, photos, handing in; asking to be let into lists."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import lists
from wenmai.lib.access import actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.orders import queries, services
from wenmai.orders.forms import AskForm, ContentForm, NewContentForm, PaperForm, PhotoForm, filled
from wenmai.orders.models import Product
from wenmai.orders.rules import Kind
from wenmai.orders.staff.doors import PER_PAGE, SUPPLY, answer, by, chosen, do, of_asking, of_product
from wenmai.orders.wording import sentence


def _product(product_id: int) -> Product:
    found = queries.product(product_id)
    assert found is not None, "the door has found it"
    return found


@require_safe
@door(SUPPLY)
def index(request: HttpRequest) -> HttpResponse:
    words, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    scope = actor_of(request).scope(SUPPLY)
    context = {
        "page": lists.page_of(request, queries.products(scope, words, kind), PER_PAGE), "q": words, "kind": kind,
        "kinds": Kind.choices, "asked": queries.my_qualifications(scope),
    }  # fmt: skip
    return render(request, "orders/products.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SUPPLY)
def new(request: HttpRequest) -> HttpResponse:
    scope = actor_of(request).scope(SUPPLY)
    form = NewContentForm(request.POST or None, scope=scope, few=institutions.few_organisations(scope))
    if request.method == "POST" and form.is_valid():
        supplier_id = chosen(request, SUPPLY, form.cleaned_data["organisation"])
        try:
            made = services.write(supplier_id=supplier_id, content=form.content(None), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("写好了。加上照片，就可以送审。"), "product", made.pk)
    context = {"form": form, "one": None}
    return render(request, "orders/product_form.html", context, status=400 if form.errors else 200)


@require_safe
@door(SUPPLY, of=of_product)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    found = _product(product_id)
    assert found.latest is not None, "made with its first edition"
    content = queries.content_of(found.latest)
    context = {
        "one": found, "content": content, "facts": queries.facts(content), "photos": queries.photos(content),
        "status": queries.status_of(found), "photo_form": PhotoForm(), "trail": queries.product_trail(product_id),
    }  # fmt: skip
    return render(request, "orders/product.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SUPPLY, of=of_product)
def change(request: HttpRequest, product_id: int) -> HttpResponse:
    found = _product(product_id)
    assert found.latest is not None, "made with its first edition"
    before = queries.content_of(found.latest)
    form = ContentForm(request.POST or None, initial=filled(before))
    if request.method == "POST" and form.is_valid():
        try:
            services.write(product_id=product_id, content=form.content(before), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(
                request, _("改好了。公布过的，大家看到的还是原来的，审核通过才换。"), "product", product_id
            )  # fmt: skip
    context = {"form": form, "one": found}
    return render(request, "orders/product_form.html", context, status=400 if form.errors else 200)


@require_POST
@door(SUPPLY, of=of_product)
def photos(request: HttpRequest, product_id: int) -> HttpResponse:
    """One more, with what is on it; or one less."""
    gone, file = request.POST.get("gone", ""), request.FILES.get("file")
    done = _("记下了。改好以后请送审。")
    if gone:
        return do(request, services.drop_photo, done, "product", product_id, product_id=product_id, hash=gone[:64])
    return do(
        request, services.add_photo if file else _no_file, done, "product", product_id, product_id=product_id,
        stream=file, alt=request.POST.get("alt", "")[:400], name=(file.name or "") if file else "",
    )  # fmt: skip


def _no_file(**_asked: object) -> None:
    raise Refused("photo_kind")


@require_POST
@door(SUPPLY, of=of_product)
def submit(request: HttpRequest, product_id: int) -> HttpResponse:
    done = _("送审了。通过之后就公布，可以进清单。")
    return do(request, services.submit, done, "product", product_id, product_id=product_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SUPPLY)
def ask(request: HttpRequest) -> HttpResponse:
    """To be let into an organiser's lists."""
    scope = actor_of(request).scope(SUPPLY)
    form = AskForm(request.POST or None, scope=scope, few=institutions.few_organisations(scope))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        supplier_id = chosen(request, SUPPLY, given["organisation"])
        try:
            made = services.ask(
                organiser_id=int(given["organiser"]), supplier_id=supplier_id, statement=given["statement"],
                **by(request),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            return answer(request, _("申请好了。请把材料加上，没有材料通过不了。"), "asked", made.pk)
    return render(request, "orders/ask.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SUPPLY, of=of_asking)
def asked(request: HttpRequest, qualification_id: int) -> HttpResponse:
    """What was asked, and one more paper for it."""
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return do(
            request, services.add_paper, _("加上了。"), "asked", qualification_id, qualification_id=qualification_id,
            name=given["name"], stream=given["file"], file_name=given["file"].name or "",
        )  # fmt: skip
    context = {
        "one": queries.qualification(qualification_id), "papers": queries.papers(qualification_id), "form": form,
        "trail": queries.qualification_trail(qualification_id),
    }  # fmt: skip
    return render(request, "orders/asked.html", context, status=400 if form.errors else 200)


@require_POST
@door(SUPPLY, of=of_asking)
def give_up(request: HttpRequest, qualification_id: int) -> HttpResponse:
    return do(
        request, services.end, _("撤回了。"), "asked", qualification_id, qualification_id=qualification_id,
        reason=request.POST.get("reason", "")[:800],
    )  # fmt: skip
