from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_outcomes"),
    ]

    operations: list[object] = []
