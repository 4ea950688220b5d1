"""An order: loaded, decided and committed; quoted before it exists, reviewed after it earned."""
