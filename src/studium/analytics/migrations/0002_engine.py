from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
        ("assessment", "0013_practice_sessions"),
    ]

    operations: list[object] = []
