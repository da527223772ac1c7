"""Settings, addresses and wiring of the record."""
