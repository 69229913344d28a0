from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0012_drafts"),
        ("content", "0006_groups"),
    ]

    operations: list[object] = []
