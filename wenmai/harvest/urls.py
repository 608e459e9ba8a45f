from django.urls import path

from wenmai.harvest.views import mappings, runs, settings, sources

app_name = "harvest"
urlpatterns = [
    path("", sources.index, name="index"),
    path("new", settings.new, name="new"),
    path("mappings/", mappings.index, name="mappings"),
    path("mappings/new", mappings.new, name="mapping_new"),
    path("mappings/<slug:mapping>/", mappings.mapping, name="mapping"),
    path("mappings/<slug:mapping>/file", mappings.file, name="mapping_file"),
    path("mappings/<slug:mapping>/renew", mappings.renew, name="mapping_renew"),
    path("mappings/<slug:mapping>/retire", mappings.retire, name="mapping_retire"),
    path("mappings/<slug:mapping>/restore", mappings.restore, name="mapping_restore"),
    path("<int:source_id>", sources.source, name="source"),
    path("<int:source_id>/change", settings.change, name="change"),
    path("<int:source_id>/pause", settings.pause, name="pause"),
    path("<int:source_id>/close", settings.close, name="close"),
    path("<int:source_id>/reopen", settings.reopen, name="reopen"),
    path("<int:source_id>/start", runs.start, name="start"),
    path("<int:source_id>/upload", sources.upload, name="upload"),
    path("<int:source_id>/begin", sources.begin, name="begin"),
    path("<int:source_id>/preview", sources.preview, name="preview"),
    path("<int:source_id>/runs/<int:run_id>", runs.run, name="run"),
    path("<int:source_id>/runs/<int:run_id>/stop", runs.stop, name="stop"),
    path("<int:source_id>/runs/<int:run_id>/resume", runs.resume, name="resume"),
    path("<int:source_id>/runs/<int:run_id>/decide", runs.decide, name="decide"),
    path("<int:source_id>/runs/<int:run_id>/rejects/<slug:format>", runs.rejects, name="rejects"),
]
