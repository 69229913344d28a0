from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessment", "0011_item_figures"), ("notes", "0002_history")]

    operations = []
