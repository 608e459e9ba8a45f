from django.urls import path

from wenmai.people.residence import pages

OWN = [
    path("residence", pages.residence, name="account_residence"),
    path("residence/forget", pages.forget, name="account_residence_forget"),
]
