"""The register of processing activities (GDPR, article 30(1)), from the settings: in Markdown, list by list.

Small bodies keep one too: what tells of union membership is data of article 9, and the exemption of article
30(5) does not hold for it. What the settings cannot know is marked as to be completed.
"""

from mailer.wiring.processing.register import register

__all__ = ["register"]
