"""Who the network is: collectives, points, inboxes, circles and their keys' custody, members and sign-in."""
