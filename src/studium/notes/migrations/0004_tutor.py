from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notes", "0003_models")]

    operations = []
