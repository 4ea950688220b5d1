"""The staff console: who may come in, what each may do, and what its pages gather."""
