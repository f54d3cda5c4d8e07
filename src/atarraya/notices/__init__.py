"""Who wants to hear of what, and what waits to be told: subscriptions, the outbox, deliveries."""
