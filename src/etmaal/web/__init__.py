"""Pages and interfaces, by audience. Owns no tables."""
