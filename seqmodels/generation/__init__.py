"""Text from models: what follows a prompt, or translates a source."""
