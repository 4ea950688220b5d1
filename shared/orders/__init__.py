"""An order told: gathered, decided, posted; what is quoted before it and reviewed after it."""
