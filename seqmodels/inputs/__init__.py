"""From words to the vectors that encoders take in."""
