"""The workspace: a folder with mailer.toml, campaigns/, templates/ and subscribers/."""
