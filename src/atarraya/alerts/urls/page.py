"""Doors: the point's page, its worker, manifest and pages without scripts."""

from django.urls import URLPattern, URLResolver, path

from atarraya.alerts.views import map as point_map
from atarraya.alerts.views import page, plain

urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.shell, name="point_page"),
    path("es/", page.spanish, name="point_page_es"),
    path("en/", page.english, name="point_page_en"),
    path("n/es/", page.notices, {"language": "es"}, name="point_notices_es"),
    path("n/en/", page.notices, {"language": "en"}, name="point_notices_en"),
    path("k/es/", page.by_sms, {"language": "es"}, name="point_by_sms_es"),
    path("k/en/", page.by_sms, {"language": "en"}, name="point_by_sms_en"),
    path("m/", page.leave, name="point_leave"),
    path("sw.js", page.worker, name="point_worker"),
    path("manifest.webmanifest", page.manifest, name="point_manifest"),
    path("api/point/map.svg", point_map.draw, name="point_map"),
    path("sin/", plain.home, name="point_plain"),
    path("sin/avisar/", plain.warn, name="point_plain_warn"),
    path("sin/tablero/", plain.board, name="point_plain_board"),
    path("sin/salir/", plain.leave, name="point_plain_leave"),
]
