"""Pages and interfaces, by audience."""
