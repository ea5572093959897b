"""Configuration: settings, profiles in config.toml, server addresses, where files are kept."""
