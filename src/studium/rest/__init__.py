"""The REST API at /api/v1: one router per resource."""
