"""What the advocate's pages tell."""
