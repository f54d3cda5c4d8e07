"""SMS: the gateway's doors at the platform, communities' own codebooks, and what waits to be sent.

The platform never sees an SMS, a number or a codebook's word in clear: the gateway (`atarraya.gateway`) does.
"""
