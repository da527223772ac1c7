"""Letters and bulletins: typed values in, pages for people out; no tables, no clock."""
