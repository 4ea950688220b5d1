"""The advocate's pages: sign-in, overview, history, friends and statements."""
