"""The APIs of processors: asked for what a webhook only names."""
