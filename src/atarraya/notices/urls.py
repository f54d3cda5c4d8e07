"""Doors of the notices room: a member's own page, the steward's, and what a point's page asks."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.alerts.views.api.document import describe_too
from atarraya.alerts.views.api.door import door
from atarraya.notices.views import deliveries, own, phone

# Answers /api/point/notices, which stands with the point's other addresses.
phone_notices = door(phone.OPERATIONS)
describe_too(phone.OPERATIONS)

_pages: list[URLPattern | URLResolver] = [
    path("mi-cuenta/avisos/", own.wanted, name="wanted"),
    path("mi-cuenta/avisos/<uuid:pk>/pausar/", own.change, {"act": "pause"}, name="pause"),
    path("mi-cuenta/avisos/<uuid:pk>/seguir/", own.change, {"act": "go_on"}, name="go_on"),
    path("mi-cuenta/avisos/<uuid:pk>/terminar/", own.change, {"act": "end"}, name="end"),
    path("mi-cuenta/avisos/<uuid:pk>/silencio/", own.quiet, name="quiet"),
    path("mi-cuenta/avisos/<uuid:pk>/confirmar/", own.confirm, name="confirm"),
    path("mi-cuenta/avisos/<uuid:pk>/olvidar/", own.forget, name="forget"),
    path("red/entregas/", deliveries.deliveries, name="deliveries"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_pages, "notices")))]
