"""Doors: the point's page, its worker, manifest and pages without scripts."""

from django.urls import URLPattern, URLResolver, path

from atarraya.alerts.views import page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.shell, name="point_page"),
    path("es/", page.shell_in, {"language": "es"}, name="point_page_es"),
    path("en/", page.shell_in, {"language": "en"}, name="point_page_en"),
    path("m/", page.leave, name="point_leave"),
    path("sw.js", page.worker, name="point_worker"),
    path("manifest.webmanifest", page.manifest, name="point_manifest"),
]
