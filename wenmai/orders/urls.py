"""Addresses of the desk's pages about supplies."""

from django.urls import path

from wenmai.orders.staff import lists, products, seasons

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
    path("lists/<int:list_id>/seasons/new", seasons.new, name="new_season"),
    path("seasons/<int:season_id>/", seasons.season, name="season"),
    path("seasons/<int:season_id>/change", seasons.change, name="change_season"),
    path("seasons/<int:season_id>/budget", seasons.budget, name="budget"),
    path("seasons/<int:season_id>/openings", seasons.openings, name="openings"),
    path("seasons/<int:season_id>/quotas/", seasons.quotas, name="quotas"),
    path("seasons/<int:season_id>/quotas/weights", seasons.weights, name="weights"),
    path("seasons/<int:season_id>/quotas/set", seasons.set_quotas, name="set_quotas"),
    path("seasons/<int:season_id>/releases/", seasons.releases, name="releases"),
    path("seasons/<int:season_id>/releases/add", seasons.add_release, name="add_release"),
    path("seasons/<int:season_id>/releases/rest", seasons.release_rest, name="release_rest"),
]
