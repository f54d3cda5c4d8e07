"""Doors of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.desk.views import pages, paper, queue, work

desk_patterns = [
    path("", pages.home, name="home"),
    path("palabras.json", pages.words, name="words"),
    path("opciones.json", pages.sheet, name="sheet"),
    path("pulso.json", queue.pulse, name="pulse"),
    path("resumen.json", queue.overview, name="overview"),
    path("entradas.json", queue.page, name="entries"),
    path("adjuntos/<uuid:attachment_id>", queue.attachment, name="attachment"),
    path("notas", queue.note, name="notes"),
    path("leidos", queue.told, name="told"),
    path("antiguos", queue.old, name="old"),
    path("nombres", queue.names, name="names"),
    path("hojas/", paper.paper, name="paper"),
    path("alertas", work.alerts, name="alerts"),
    path("alertas/<uuid:alert_id>/<slug:name>", work.act, name="act"),
    path("propuestas", work.waiting, name="proposals"),
    path("propuestas/<uuid:proposal_id>/approve", work.approve, name="approve"),
    path("propuestas/<uuid:proposal_id>/refuse", work.refuse, name="refuse"),
    path("propuestas/<uuid:proposal_id>/withdraw", work.withdraw, name="withdraw"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("equipo/", include((desk_patterns, "desk")))]
