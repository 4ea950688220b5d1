"""The staff console: who may sign in, what each role may do, and what the pages show."""
