from django.urls import path

from wenmai.harvest import views

app_name = "harvest"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:source_id>", views.source, name="source"),
    path("<int:source_id>/change", views.change, name="change"),
    path("<int:source_id>/pause", views.pause, name="pause"),
    path("<int:source_id>/start", views.start, name="start"),
    path("<int:source_id>/upload", views.upload, name="upload"),
    path("<int:source_id>/runs/<int:run_id>", views.run, name="run"),
    path("<int:source_id>/runs/<int:run_id>/stop", views.stop, name="stop"),
    path("<int:source_id>/runs/<int:run_id>/resume", views.resume, name="resume"),
    path("<int:source_id>/runs/<int:run_id>/decide", views.decide, name="decide"),
    path("<int:source_id>/runs/<int:run_id>/rejects/<slug:format>", views.rejects, name="rejects"),
]
