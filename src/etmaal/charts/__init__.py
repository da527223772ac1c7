"""Charts: values in, SVG text out, the same bytes each time and on every machine."""
