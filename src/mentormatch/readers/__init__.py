"""Readers of tables: files to a header and rows of text with their line numbers; they know nothing of people."""
