"""Django's SQLite backend with one writer at a time across processes, and tables without insertion order."""
