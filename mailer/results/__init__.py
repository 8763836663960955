"""Results of a questionnaire: tallies in; figures that isolate nobody, pages, files out. Pure."""
