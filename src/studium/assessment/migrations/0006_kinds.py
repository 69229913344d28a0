from django.db import migrations, models


class Migration(migrations.Migration):
    """Which kinds of questions there are is held by a trigger made from their folders."""

    dependencies = [("assessment", "0005_room")]

    operations = [
        migrations.RemoveConstraint(model_name="question", name="questions_kind"),
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(db_default="short_text", max_length=20),
        ),
    ]
