"""Pages of members that combine rooms: queue, threads, publishing, and the steward's pages."""
