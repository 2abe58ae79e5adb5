"""Query languages, one file each; `get` finds one by its name."""
