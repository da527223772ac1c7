"""People, roles, keys, the audit chain, the work queue, and how each field is handled."""
