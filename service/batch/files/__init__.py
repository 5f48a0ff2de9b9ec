"""Files of forms in, files of scores out: CSV, NDJSON and Parquet, block by block."""
