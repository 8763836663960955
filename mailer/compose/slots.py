"""Slots that the writer of messages fills, under the names templates know them by."""

SLOTS = ("list_title", "list_reason", "list_reason_lines", "unsubscribe_url")  # of every mail
PREFERENCES_SLOT = "preferences_url"  # where there is a site
QUESTIONNAIRE_SLOT = "questionnaire_url"  # where each has a ballot, or an address elsewhere
