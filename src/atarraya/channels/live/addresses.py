"""Where streams are opened: one path of the site, handed by the proxy to the process of streams."""

ADDRESS = "/vivo"
