"""Addresses of what everybody reads: published supply lists, and their products."""

from django.urls import path

from wenmai.orders.views import public

app_name = "supply"
urlpatterns = [
    path("", public.index, name="index"),
    path("<int:list_id>/", public.supply_list, name="list"),
    path("delivered", public.delivered, name="delivered"),
    path("products/<int:product_id>/", public.product, name="product"),
    path("sheets/<str:code>", public.sheet, name="sheet"),
]
