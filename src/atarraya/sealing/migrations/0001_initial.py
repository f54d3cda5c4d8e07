import atarraya.kernel.ids

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TransportKey",
            fields=[
                ("id", models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("public", models.CharField(max_length=62)),
                ("secret", models.BinaryField(max_length=128)),
                ("day", models.DateField()),
                ("expires", models.DateField()),
            ],
            options={"ordering": ["-number"]},
        ),
    ]
