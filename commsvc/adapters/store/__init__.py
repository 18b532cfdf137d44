"""The durable record, on SQLite or PostgreSQL: one file a kind of row, behind `ports.Store`."""
