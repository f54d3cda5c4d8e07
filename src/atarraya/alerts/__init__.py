"""The heart: sealed entries as they arrive, alerts the network shares, their states, the board, the point's page."""
