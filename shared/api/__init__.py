"""HTTP: access, requests and answers, lists in pages, signed tokens, rate limits."""
