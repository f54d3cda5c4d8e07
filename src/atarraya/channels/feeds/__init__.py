"""Open feeds: what the public page says, for programs; and, behind a named token, what the network confirmed.

No feed is finer or earlier than the page it repeats: days and municipalities, never an hour, a zone or a point.
"""
