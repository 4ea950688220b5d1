"""Makes the artifacts of `sam build` smaller and faster to start; `make build` runs it."""
