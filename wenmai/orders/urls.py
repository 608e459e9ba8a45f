"""Addresses of the desk's pages about supplies."""

from django.urls import path

from wenmai.orders.staff import lists, products

app_name = "orders"
urlpatterns = [
    path("products/", products.index, name="products"),
    path("products/new", products.new, name="new_product"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/change", products.change, name="change_product"),
    path("products/<int:product_id>/photos", products.photos, name="photos"),
    path("products/<int:product_id>/submit", products.submit, name="submit"),
    path("asking/new", products.ask, name="ask"),
    path("asking/<int:qualification_id>/", products.asked, name="asked"),
    path("asking/<int:qualification_id>/end", products.give_up, name="give_up"),
    path("qualifications/", lists.qualifications, name="qualifications"),
    path("qualifications/<int:qualification_id>/", lists.qualification, name="qualification"),
    path("qualifications/<int:qualification_id>/decide", lists.decide, name="decide"),
    path("qualifications/<int:qualification_id>/end", lists.end, name="end_qualification"),
    path("lists/", lists.index, name="lists"),
    path("lists/<int:list_id>/", lists.supply_list, name="list"),
    path("lists/<int:list_id>/offers", lists.set_offer, name="set_offer"),
    path("lists/<int:list_id>/offers/end", lists.end_offer, name="end_offer"),
    path("lists/<int:list_id>/publish", lists.publish, name="publish"),
    path("lists/<int:list_id>/close", lists.close, name="close"),
]
