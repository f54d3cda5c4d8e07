"""The workbench: what an organisation runs on its own machine, with its own key, on a copy that a server exported.

It opens accounts, which no part of the server can. It speaks with nobody: no network, no database, no Django.
"""
