"""Ballots: a questionnaire file and what people answer to it. Pure: texts and forms in, values out."""
