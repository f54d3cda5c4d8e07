from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0005_circle_odk_key")]

    operations = [
        migrations.AddField(model_name="inbox", name="sms_lines", field=models.JSONField(default=list)),
    ]
