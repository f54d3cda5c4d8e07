"""On PostgreSQL, keep envelopes inside their row and never try to compress what is sealed.

Bodies moved out of line lie in a second table under numbers that count up: an order of arrival. Most envelopes fit in
the row. (Slices do not; `services.mixing` lays them anew.)
"""

from django.db import migrations


def keep_in_place(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE alerts_envelope ALTER COLUMN body SET STORAGE EXTERNAL")
    schema_editor.execute("ALTER TABLE alerts_envelope SET (toast_tuple_target = 8160)")
    schema_editor.execute("ALTER TABLE alerts_chunk ALTER COLUMN body SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [migrations.RunPython(keep_in_place, migrations.RunPython.noop)]
