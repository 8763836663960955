"""Transport: the ways out. Each gives an outcome, a value; nobody above reads an SMTP code."""
