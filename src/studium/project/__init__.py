"""The composition root: settings, URLs, server entry. Imports everything, imported by nothing."""
