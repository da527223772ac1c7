"""Intake: a folder of tables in, checked and typed Parquet and a reject file out."""
