from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_concepts"),
    ]

    operations: list[object] = []
