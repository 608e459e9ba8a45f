"""The desk's pages of review."""

from django.urls import path

from wenmai.review.staff import cases, down, links, plans, samples, words

app_name = "review"
urlpatterns = [
    path("", cases.queue, name="queue"),
    path("mine", cases.mine, name="mine"),
    path("down/", down.index, name="down"),
    path("down/<int:down_id>/restore", down.restore, name="restore"),
    path("plans/", plans.index, name="plans"),
    path("plans/new", plans.new, name="plan_new"),
    path("plans/<int:plan_id>/drop", plans.drop, name="plan_drop"),
    path("samples/", samples.index, name="samples"),
    path("samples/new", samples.new, name="sample_new"),
    path("samples/<int:sample_id>/", samples.sample, name="sample"),
    path("samples/<int:sample_id>/items/<int:item_id>", samples.inspect, name="inspect"),
    path("words/", words.index, name="words"),
    path("words/<int:version_id>/file", words.file, name="words_file"),
    path("words/<int:version_id>/switch", words.switch, name="words_switch"),
    path("<int:case_id>/", cases.case, name="case"),
    path("<int:case_id>/decide", cases.decide, name="decide"),
    path("<int:case_id>/take-down", down.take_down, name="take_down"),
    path("<int:case_id>/links", links.invite, name="invite"),
    path("<int:case_id>/links/<int:invitation_id>/revoke", links.revoke, name="revoke"),
]
