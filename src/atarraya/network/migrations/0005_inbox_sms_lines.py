from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0004_circle_sms_key")]

    operations = [
        migrations.AddField(model_name="inbox", name="sms_lines", field=models.JSONField(default=list)),
    ]
