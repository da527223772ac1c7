"""Reading: what a hotline's own files say, turned into the rows of a tables folder."""
