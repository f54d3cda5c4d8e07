"""One sealed SMS: a head of 64 bits and a text, sealed by HPKE, in 160 letters and digits; as in static/sealing/sms.

Nothing here opens one: who holds the key does that in the browser or the workbench.
"""
