"""Where the invented network lives. Municipalities are real; rivers, zones and collectives are invented.

The fifteen municipalities are a choice for the demonstration, not the list of any network.
"""

from __future__ import annotations

# Code → the codes of those listed beside it.
NEIGHBOURS: dict[str, list[str]] = {
    "27001": ["27425", "27025"],
    "27099": ["27425", "05873", "27615"],
    "27425": ["27001", "27099", "05873"],
    "27615": ["27150", "27800", "27099"],
    "27150": ["27615", "27099"],
    "27800": ["27615", "27006"],
    "27006": ["27800"],
    "27025": ["27001", "27099", "27361"],
    "27361": ["27450", "27205", "27491", "27025"],
    "27450": ["27361", "27205", "27250"],
    "27491": ["27205", "27361", "27745"],
    "27745": ["27491", "27250"],
    "27205": ["27361", "27491", "27450"],
    "27250": ["27450", "27745"],
    "05873": ["27099", "27425"],
}
MUNICIPALITIES = list(NEIGHBOURS)

# Code → zones as (name, how many communities). No real river or community is named.
ZONES: dict[str, list[tuple[str, int]]] = {
    "27001": [("río Luna Clara", 5), ("quebrada La Paciencia", 3)],
    "27099": [("río Agua Mansa", 6), ("río Tres Remos", 4)],
    "27425": [("río Canalete Viejo", 5), ("ciénaga Espejo de Garzas", 3)],
    "27615": [("río Palo Cantor", 4)],
    "27150": [("río Sombrío de Arriba", 4)],
    "27800": [("ciénaga La Tejedora", 3)],
    "27006": [("costa Viento Manso", 4)],
    "27025": [("río Nube Baja", 7)],
    "27361": [("río Piedra Dormida", 4)],
    "27450": [("río Dos Orillas", 5)],
    "27491": [("quebrada Hoja Ancha", 3)],
    "27745": [("río Musgo Hondo", 3)],
    "27205": [("río Batea Rota", 4)],
    "27250": [("esteros de Sal y Mangle", 6)],
    "05873": [("río Guagua Blanca", 4)],
}

# (name, kind, municipality, tier, name of the one it belongs to or "")
COLLECTIVES: list[tuple[str, str, str, str, str]] = [
    ("Consejo Comunitario Mayor Aguas de Enmedio", "CCM", "27001", "MAYOR", ""),
    ("Consejo Comunitario Local Agua Mansa", "CCL", "27099", "LOCAL", "Aguas de Enmedio"),
    ("Consejo Comunitario Local Tres Remos", "CCL", "27099", "LOCAL", "Aguas de Enmedio"),
    ("Resguardo Loma del Tucán Dormido", "RESG", "27099", "LOCAL", ""),
    ("Consejo Comunitario Local Canalete Viejo", "CCL", "27425", "LOCAL", "Aguas de Enmedio"),
    ("Asociación de Mujeres Hilo y Canalete", "OMUJ", "27001", "LOCAL", ""),
    ("Junta de Acción Comunal Luna Clara", "JAC", "27001", "LOCAL", ""),
    ("Consejo Comunitario Local Palo Cantor", "CCL", "27615", "LOCAL", ""),
    ("Consejo Comunitario Local Sombrío de Arriba", "CCL", "27150", "LOCAL", ""),
    ("Resguardo Ciénaga La Tejedora", "RESG", "27800", "LOCAL", ""),
    ("Asociación de Pescadores Viento Manso", "OTHER", "27006", "LOCAL", ""),
    ("Resguardo Nube Baja", "RESG", "27025", "LOCAL", ""),
    ("Consejo Comunitario Mayor Piedra Dormida", "CCM", "27361", "MAYOR", ""),
    ("Consejo Comunitario Local Dos Orillas", "CCL", "27450", "LOCAL", "Piedra Dormida"),
    ("Junta de Acción Comunal Hoja Ancha", "JAC", "27491", "LOCAL", ""),
    ("Consejo Comunitario Local Musgo Hondo", "CCL", "27745", "LOCAL", ""),
    ("Red de Jóvenes Batea Rota", "OJUV", "27205", "LOCAL", ""),
    ("Resguardo Sal y Mangle", "RESG", "27250", "LOCAL", ""),
    ("Consejo Comunitario Local Guagua Blanca", "CCL", "05873", "LOCAL", "Aguas de Enmedio"),
]

# (end of the collective's name, place of its zone or None, label): one point each, in this order.
POINTS: list[tuple[str, int | None, str]] = [
    ("Agua Mansa", 0, "caseta comunal"),
    ("Agua Mansa", 0, "escuela"),
    ("Tres Remos", 0, "bocas"),
    ("Tucán Dormido", 0, "casa de gobierno"),
    ("Aguas de Enmedio", 0, "sede"),
    ("Hilo y Canalete", 0, "casa de tejido"),
    ("Luna Clara", 0, "caseta comunal"),
    ("Canalete Viejo", 0, "embarcadero"),
    ("Canalete Viejo", 1, "ciénaga"),
    ("Palo Cantor", 0, "caseta comunal"),
    ("Sombrío de Arriba", 0, "puesto de salud"),
    ("La Tejedora", 0, "casa de gobierno"),
    ("Viento Manso", 0, "muelle"),
    ("Nube Baja", 0, "cabildo"),
    ("Piedra Dormida", 0, "sede"),
    ("Dos Orillas", 0, "caseta comunal"),
    ("Hoja Ancha", 0, "tienda comunitaria"),
    ("Musgo Hondo", 0, "escuela"),
    ("Batea Rota", 0, "emisora"),
    ("Sal y Mangle", 0, "cabildo"),
    ("Guagua Blanca", 0, "caseta comunal"),
]
