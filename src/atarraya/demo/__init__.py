"""The demonstration: an invented network, built only through the services a real one uses. It protects nobody."""
