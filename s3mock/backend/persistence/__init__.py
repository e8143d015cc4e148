"""What a store holds, on disk: its values as text, and the database that has them."""
