"""The settings of a workspace: mailer.toml and the environment, checked and typed."""

from mailer.settings.model import ListSettings, Setting, Settings
from mailer.settings.reading import read_settings
from mailer.settings.schema import SETTINGS_KEYS

__all__ = ["SETTINGS_KEYS", "ListSettings", "Setting", "Settings", "read_settings"]
