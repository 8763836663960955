"""TOML with places: values from tomllib, positions and faults from here."""
