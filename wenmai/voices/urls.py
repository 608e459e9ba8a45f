"""Addresses of the desk's pages about needs."""

from django.urls import path

from wenmai.voices.hotline import staff as hotline
from wenmai.voices.staff import entering, needs, planning, satisfaction
from wenmai.voices.surveys import staff as surveys

app_name = "voices"
urlpatterns = [
    path("", needs.index, name="index"),
    path("new", entering.new, name="new"),
    path("list", entering.paper, name="paper"),
    path("hotline/", hotline.index, name="hotline"),
    path("hotline/<int:hotline_id>/", hotline.file, name="hotline_file"),
    path("hotline/<int:hotline_id>/drop", hotline.drop, name="hotline_drop"),
    path("hotline/<int:hotline_id>/rejects", hotline.rejects, name="hotline_rejects"),
    path("surveys/", surveys.index, name="surveys"),
    path("surveys/new", surveys.new, name="survey_new"),
    path("surveys/<int:survey_id>/", surveys.survey, name="survey"),
    path("surveys/<int:survey_id>/edit", surveys.edit, name="survey_edit"),
    path("surveys/<int:survey_id>/do/<slug:deed>", surveys.act, name="survey_act"),
    path("surveys/<int:survey_id>/table", surveys.table, name="survey_table"),
    path("purchases", planning.purchases, name="purchases"),
    path("purchases/<int:purchase_id>/move", planning.move_purchase, name="move_purchase"),
    path("satisfaction", satisfaction.satisfaction, name="satisfaction"),
    path("<int:need_id>/", needs.need, name="need"),
    path("<int:need_id>/do/<slug:deed>", needs.act, name="act"),
    path("<int:need_id>/askers/<int:asker_id>/contact", needs.contact, name="contact"),
]
