"""The HTTP side: access, requests and answers, pages of lists, signed tokens, rate limits."""
