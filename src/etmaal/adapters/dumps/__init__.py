"""Database dumps of the hotline's tool: CSV files in, dossiers out; no other column is read."""
