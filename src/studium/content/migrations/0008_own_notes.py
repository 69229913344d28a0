"""Not yet filled."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("content", "0007_search")]
    operations: ClassVar = []
