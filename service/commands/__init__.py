"""Commands that read a file and write one: files in, texts and exit codes out."""
