"""The SMS gateway: a process of its own beside the phone or modem. It alone opens numbers and codebooks.

It imports rooms' plain rules and the sealing room; it has no Django and no database of the platform.
"""
