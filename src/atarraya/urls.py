"""Every door of the house. Each view declares its verb and reach; the middleware refuses any that does not."""

from django.urls import include, path

from atarraya.web import views as web

urlpatterns = [
    path("health", web.health, name="health"),
    path("que-revela", web.reveal, name="reveal"),
    path("", include("atarraya.network.urls")),
    path("", include("atarraya.desk.urls")),
    path("", include("atarraya.alerts.urls")),
]
