"""What was told in the invented network. No armed group, leader, community or telephone of the world is named."""

from __future__ import annotations

# Accounts by kind; {zone} is the zone's name.
ACCOUNTS: dict[str, list[str]] = {
    "THREAT": [
        "Llegó un papel bajo la puerta de la caseta. Dice que la directiva tiene ocho días. Nadie firma.",
        "Llamaron al celular del comité y dijeron que dejaran quieto lo del río. Colgaron sin decir más.",
        "En el embarcadero dos desconocidos preguntaron por quienes van a las reuniones. Ya sabían nombres.",
        "A la salida de la asamblea mandaron razón con un muchacho: que no se metan más en lo de la madera.",
    ],
    "HARASS_SURV": [
        "Hace tres noches una lancha apagada se queda frente a la casa comunal. Se va cuando alguien alumbra.",
        "Una moto sigue a la compañera desde la escuela hasta el embarcadero. Ya van cuatro veces.",
    ],
    "STIGMATISATION": [
        "En la emisora dijeron que los del consejo son amigos de unos y de otros. La gente quedó asustada.",
        "Circula un audio que dice que las mujeres del tejido cuentan todo. Es mentira y las pone en riesgo.",
    ],
    "EXTORTION": ["Piden una cuota por cada viaje de plátano. El que no pague, que no baje.",
                  "A las tiendas les cobran desde el lunes. Dicen que es por cuidarlas."],
    "DIGITAL_ATTACK": ["Entraron a la cuenta del comité y pidieron a los contactos la lista de la asamblea."],
    "REPRISAL_REPORT": ["Después de la denuncia del mes pasado dañaron el motor de la panga comunitaria."],
    "CRIMINALISATION": ["Citaron a dos de la guardia por el plantón. Dicen que taparon el paso y no fue así."],
    "ARMED_PRESENCE": [
        "Pasaron hombres armados por {zone} al amanecer. Iban hacia arriba. Pararon y pidieron agua.",
        "Están en la escuela de la loma desde ayer. No dejan usar la cancha.",
    ],
    "CONFINEMENT": [
        "No dejan salir a pescar ni al monte. Van cuatro días. Hay unas cincuenta familias y se acaba la comida.",
        "Dijeron que nadie se mueva de {zone} hasta nueva orden. Los niños no van a la escuela.",
    ],
    "MOVEMENT_BAN": ["Pusieron hora: después de las cinco nadie por el río. Devolvieron dos pangas."],
    "COMBAT": ["Se oyen disparos del otro lado de {zone}. La gente se metió debajo de las casas."],
    "RECRUITMENT": ["Ofrecen plata a los muchachos que terminan el colegio. Dos familias ya los mandaron lejos."],
}  # fmt: skip

SUMMARIES: dict[str, list[str]] = {
    "THREAT": [
        "Amenaza a la directiva de una organización comunitaria.",
        "Mensaje intimidante contra quienes participan en asambleas.",
        "",
    ],
    "HARASS_SURV": ["Seguimientos a integrantes de una organización de mujeres.", ""],
    "STIGMATISATION": ["Señalamientos públicos contra el consejo comunitario."],
    "EXTORTION": ["Cobros a quienes transportan productos por el río.", ""],
    "DIGITAL_ATTACK": ["Suplantación de una cuenta de una organización. No abra sus mensajes."],
    "REPRISAL_REPORT": ["Daños después de una denuncia."],
    "CRIMINALISATION": [""],
}

NOTES = [
    "Hablé con la otra orilla: dicen lo mismo, sin verlo.",
    "Segunda fuente por radio. Coincide en el día y en el lugar.",
    "Falta saber si siguen ahí. Llamar mañana temprano.",
    "La junta pide que no se diga el sitio exacto.",
    "Ya avisé a la Defensoría por la vía acordada.",
]

# What the discreet path asks: needs, safe way, hour, roughly where.
DISCREET = [
    {"needs": "TALK", "contact": {"way": "MESSAGE", "number": "300 000 0012", "hour": "de día", "partner": True},
     "where": "cerca de la escuela"},
    {"needs": "SAFETY", "contact": {"way": "VISIT", "number": "", "hour": "los sábados", "partner": True},
     "where": "por el embarcadero"},
    {"needs": "HEALTH", "contact": {"way": "CALL", "number": "300 000 0047", "hour": "en la mañana", "partner": False},
     "where": ""},
]  # fmt: skip
