"""How a company makes the surfaces its own without code: one TOML file, checked, read anew when it changes."""
