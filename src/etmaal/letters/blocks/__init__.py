"""The blocks of a bulletin: each answers one question with words, a chart and its table."""
