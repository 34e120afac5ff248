"""Writers: documents and their tokens to files, one format a file."""
