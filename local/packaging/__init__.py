"""What `make build` does after `sam build`: the artifacts become small and start quickly."""
