from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_bodies_in_place")]

    operations = [
        migrations.AddIndex(
            model_name="spoken",
            index=models.Index(fields=["day", "municipality"], name="spoken_lately"),
        ),
    ]
