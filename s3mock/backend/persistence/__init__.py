"""What a store holds, on disk: its values as text, and the database that has them."""

try:
    import sqlite3  # noqa: F401
except ImportError as error:
    raise ImportError("save, load and a data folder need SQLite, without which this Python was built") from error
