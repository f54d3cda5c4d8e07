import atarraya.kernel.ids
import atarraya.territory.rules
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('code', models.CharField(max_length=10, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('department_code', models.CharField(blank=True, max_length=10)),
                ('department', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(blank=True, max_length=60)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_until', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['department_code'], name='unit_department')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='unit_has_code_and_name'), models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__gte', -90), ('lat__lte', 90), ('lon__gte', -180), ('lon__lte', 180)), _connector='OR'), name='unit_point_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('country', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=120)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Boundary',
            fields=[
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='boundary', serialize=False, to='territory.unit')),
                ('path', models.TextField()),
                ('left', models.IntegerField()),
                ('top', models.IntegerField()),
                ('right', models.IntegerField()),
                ('bottom', models.IntegerField()),
                ('parallel', models.FloatField()),
            ],
            options={
                'verbose_name_plural': 'boundaries',
            },
        ),
        migrations.AddField(
            model_name='unit',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='territory.edition'),
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('code', 'code'), ('name', 'name'), ('seat', 'seat'), ('place', 'place')], max_length=8)),
                ('text', models.CharField(max_length=120)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='territory.unit')),
                ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='territory.edition')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'text'), name='alias_once'), models.UniqueConstraint(condition=models.Q(('kind', 'code')), fields=('text',), name='old_code_leads_to_one'), models.CheckConstraint(condition=models.Q(('kind__in', [atarraya.territory.rules.AliasKind['CODE'], atarraya.territory.rules.AliasKind['NAME'], atarraya.territory.rules.AliasKind['SEAT'], atarraya.territory.rules.AliasKind['PLACE']])), name='alias_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='neighbours', to='territory.unit')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='territory.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'other'), name='neighbour_once'), models.CheckConstraint(condition=models.Q(('municipality', models.F('other')), _negated=True), name='no_neighbour_of_itself')],
            },
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('communities', models.PositiveSmallIntegerField()),
                ('active', models.BooleanField(default=True)),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zones', to='territory.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'name'), name='zone_name_once'), models.CheckConstraint(condition=models.Q(('communities__gte', 3)), name='zone_of_three_or_more'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='zone_has_name')],
            },
        ),
    ]
