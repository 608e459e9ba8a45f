from django.urls import include, path

from wenmai.desk import boards, lockers, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("board", boards.week, name="board"),
    path("evidence", lockers.index, name="evidence"),
    path("today", boards.today, name="today"),
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("catalogue/", include("wenmai.catalogue.urls")),
    path("review/", include("wenmai.review.urls")),
    path("", include("wenmai.people.urls")),
    path("organisations/", include("wenmai.institutions.urls")),
    path("journal/", include("wenmai.journal.urls")),
    path("messages/", include("wenmai.messages.urls")),
    path("identifiers/", include("wenmai.identifiers.urls")),
    path("booking/", include("wenmai.booking.urls")),
    path("activities/", include("wenmai.activities.urls")),
    path("orders/", include("wenmai.orders.urls")),
    path("voices/", include("wenmai.voices.urls")),
]
