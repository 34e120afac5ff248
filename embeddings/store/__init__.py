"""The folder in which vectors are kept ready for memory-mapping."""
