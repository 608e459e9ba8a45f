"""The catalogue's pages in the desk."""

from django.urls import path

from wenmai.catalogue import staff

app_name = "catalogue"
urlpatterns = [
    path("waiting/", staff.waiting, name="waiting"),
    path("files/", staff.waiting_files, name="files"),
    path("grades/", staff.grades, name="grades"),
    path("records/", staff.records, name="records"),
    path("records/<int:record_id>/", staff.record, name="record"),
    path("records/<int:record_id>/submit", staff.submit, name="submit"),
    path("records/<int:record_id>/withdraw", staff.withdraw, name="withdraw"),
    path("records/<int:record_id>/files", staff.attach, name="attach"),
    path("records/<int:record_id>/files/<int:attachment_id>/detach", staff.detach, name="detach"),
    path("records/<int:record_id>/files/<int:attachment_id>/captions", staff.caption, name="caption"),
    path("records/<int:record_id>/restore", staff.restore, name="restore"),
]
