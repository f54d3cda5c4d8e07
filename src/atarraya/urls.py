"""Every door of the house. Each view declares its verb and reach; the middleware refuses any that does not."""

from django.urls import include, path

from atarraya.notices.urls import phone_notices
from atarraya.web import views as web

# The point's addresses come first: a phone's report should not walk past every page of the desk.
urlpatterns = [
    path("health", web.health, name="health"),
    path("api/point/notices", phone_notices),
    path("", include("atarraya.alerts.urls")),
    path("", include("atarraya.channels.sms.urls")),
    path("", include("atarraya.channels.calls.urls")),
    path("", include("atarraya.channels.odk.urls")),
    path("que-revela", web.reveal, name="reveal"),
    path("", include("atarraya.network.urls")),
    path("", include("atarraya.notices.urls")),
    path("", include("atarraya.desk.urls")),
    path("", include("atarraya.channels.feeds.urls")),
    path("", include("atarraya.channels.live.urls")),
]

# What is not there and what failed are said as calmly as any other refusal.
handler404 = "atarraya.web.views.not_found"
handler500 = "atarraya.web.views.failed"
