"""Doors of the network room. Of django-allauth, exactly the names below exist; nothing else of it is reachable."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.network.views import account, cards, circles, founding, keys, losses, people, points, steward

sign_in: list[URLPattern | URLResolver] = [
    path("entrar/", account.sign_in, name="account_login"),
    path("entrar/paso/", account.second, name="mfa_authenticate"),
    path("entrar/dispositivo/", account.passkey_sign_in, name="mfa_login_webauthn"),
    path("entrar/cerrada/", account.inactive, name="account_inactive"),
    path("salir/", account.sign_out, name="account_logout"),
    path("mi-cuenta/", account.home, name="mfa_index"),
    path("mi-cuenta/confirmar/", account.password_again, name="account_reauthenticate"),
    path("mi-cuenta/confirmar/codigo/", account.code_again, name="mfa_reauthenticate"),
    path("mi-cuenta/confirmar/dispositivo/", account.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("mi-cuenta/contrasena/", account.password, name="account_change_password"),
    path("mi-cuenta/codigos/", account.codes_on, name="mfa_activate_totp"),
    path("mi-cuenta/codigos/quitar/", account.codes_off, name="mfa_deactivate_totp"),
    path("mi-cuenta/reserva/", account.reserve, name="mfa_view_recovery_codes"),
    path("mi-cuenta/reserva/nuevos/", account.reserve_new, name="mfa_generate_recovery_codes"),
    path("mi-cuenta/dispositivos/", account.passkeys, name="mfa_list_webauthn"),
    path("mi-cuenta/dispositivos/nuevo/", account.passkey_add, name="mfa_add_webauthn"),
    path("mi-cuenta/dispositivos/<int:pk>/quitar/", account.passkey_remove, name="mfa_remove_webauthn"),
]

own: list[URLPattern | URLResolver] = [
    path("entrar/nueva/", account.use_reset, name="use_reset"),
    path("mi-cuenta/siguiente/", account.next_page, name="next"),
    path("mi-cuenta/segundo/", account.factor, name="factor"),
    path("mi-cuenta/sesiones/", account.sign_out_everywhere, name="everywhere"),
    path("mi-llave/", keys.new_key, name="new_key"),
    path("mi-llave/palabras/", keys.reseal, {"page": "phrase"}, name="loss_phrase"),
    path("mi-llave/hoja/", keys.reseal, {"page": "sheet"}, name="new_sheet"),
    path("mi-llave/dispositivo/", keys.reseal, {"page": "device"}, name="passkey_copy"),
    path("mi-llave/espera/", keys.waiting, name="waiting"),
    path("mi-llave/prueba/", keys.prove, name="prove"),
    path("equipo/llaves.json", keys.keys, name="keys"),
    path("equipo/firma", keys.countersign, name="countersign"),
    path("equipo/numero/guardar", keys.keep_half, name="keep_half"),
    path("equipo/numero/abrir", keys.give_half, name="give_half"),
    path("equipo/numero/olvidar", keys.forget_half, name="forget_half"),
    path("perdidas/", losses.losses, name="losses"),
    path("perdidas/palabras-y-hoja/", losses.both, name="loss_both"),
    path("perdidas/dispositivo/", losses.device, name="loss_device"),
    path("perdidas/persona/", losses.member, name="loss_member"),
    path("perdidas/todas/", losses.everyone, name="loss_everyone"),
    path("perdidas/todas/<uuid:pk>/llaves.json", losses.offline_keys, name="offline_keys"),
    path("perdidas/todas/<uuid:pk>/", losses.rescue, name="rescue"),
]

together: list[URLPattern | URLResolver] = [
    path("fundar/", founding.accept, {"page": "founding"}, name="found"),
    path("invitacion/", founding.accept, {"page": "invitation"}, name="invitation"),
    path("fundar/pasos/", founding.steps, name="founding"),
    path("fundar/buzon/", founding.inbox, name="create_inbox"),
    path("fundar/punto/", founding.first_point, name="first_point"),
    path("red/personas/", people.people, name="people"),
    path("red/personas/invitar/", people.invite, name="invite"),
    path("red/personas/invitaciones/<uuid:pk>/", people.second_invitation, name="second_invitation"),
    path("red/personas/invitaciones/<uuid:pk>/enlace/", cards.slip, name="slip"),
    path("red/personas/<uuid:pk>/", people.person, name="person"),
    path("red/personas/<uuid:pk>/voz/", circles.let_in, name="let_in"),
    path("red/personas/<uuid:pk>/retirar/", people.remove, name="remove"),
    path("red/personas/<uuid:pk>/alcance/", people.exposure, name="exposure"),
    path("red/personas/<uuid:pk>/congelar/", people.freeze, name="freeze"),
    path("red/personas/<uuid:pk>/tareas/", people.change_roles, name="change_roles"),
    path("red/personas/<uuid:pk>/entrada/", people.reset_login, name="reset_login"),
    path("red/congeladas/<uuid:pk>/", people.settle, name="settle"),
    path("red/circulos/", circles.circles, name="circles"),
    path("red/circulos/nuevo/", circles.create, name="circle_new"),
    path("red/circulos/listo/", circles.after_create, name="after_circle"),
    path("red/circulos/<uuid:pk>/llave/", circles.new_epoch, name="new_epoch"),
    path("red/circulos/<uuid:pk>/entrar/", circles.add, name="circle_add"),
    path("red/circulos/<uuid:pk>/dejar/", circles.leave, name="circle_leave"),
    path("red/buzones/nuevo/", circles.new_inbox, name="inbox_new"),
    path("red/buzones/<uuid:pk>/", circles.inbox_circles, name="inbox"),
]

administration: list[URLPattern | URLResolver] = [
    path("red/", steward.home, name="steward"),
    path("red/apariencia/", steward.looks, name="looks"),
    path("red/vecinos/", steward.neighbours, name="neighbours"),
    path("red/reglas/", steward.rules, name="rules"),
    path("red/colectivos/", points.collectives, name="collectives"),
    path("red/zonas/", points.zones, name="zones"),
    path("red/puntos/", points.points, name="points"),
    path("red/puntos/nuevo/", points.create, name="point_new"),
    path("red/puntos/<uuid:pk>/", points.point, name="point"),
    path("red/puntos/<uuid:pk>/tarjeta/", cards.card, name="card"),
    path("red/puntos/<uuid:pk>/pausar/", points.change, {"act": "pause"}, name="point_pause"),
    path("red/puntos/<uuid:pk>/reanudar/", points.change, {"act": "resume"}, name="point_resume"),
    path("red/puntos/<uuid:pk>/revocar/", points.change, {"act": "revoke"}, name="point_revoke"),
    path("red/puntos/<uuid:pk>/enlace/", points.change, {"act": "link"}, name="point_link"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in,
    path("", include(([*own, *together, *administration], "network"))),
]
