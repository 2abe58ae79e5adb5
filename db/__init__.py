"""The schema of the store, as numbered SQL files; read through importlib.resources."""
