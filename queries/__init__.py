"""Search strategies, one TOML file each; read through importlib.resources."""
