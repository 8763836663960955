"""What became of a campaign: facts in; figures, tables, charts and files out. Pure."""
