"""ODK Collect and KoboCollect as clients: an OpenRosa server that hands out one encrypted form and keeps what comes."""
