"""The demonstration: a catcher of mail and its inbox, on this machine only."""
