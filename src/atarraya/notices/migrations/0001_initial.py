import atarraya.kernel.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('alerts', '0006_indexes_of_pages'),
        ('network', '0003_second_factor'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=24)),
                ('cursor', models.UUIDField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alerts.alert')),
            ],
        ),
        migrations.CreateModel(
            name='Receiver',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('carrier', models.CharField(max_length=16)),
                ('address', models.JSONField(default=dict)),
                ('mark', models.BinaryField(max_length=32)),
                ('alone_until', models.DateField(null=True)),
                ('quiet_from', models.PositiveSmallIntegerField(null=True)),
                ('quiet_to', models.PositiveSmallIntegerField(null=True)),
                ('now_passes', models.BooleanField(default=False)),
                ('last', models.DateTimeField(null=True)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.pointdevice')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('alone_until__isnull', False), ('device__isnull', False), ('member__isnull', True)), models.Q(('alone_until__isnull', True), ('device__isnull', True), ('member__isnull', False)), _connector='OR'), name='receiver_of_one'), models.UniqueConstraint(fields=('member', 'carrier', 'mark'), name='one_receiver_an_address'), models.UniqueConstraint(fields=('device', 'carrier'), name='one_receiver_a_phone')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('carrier', models.CharField(max_length=16)),
                ('follows', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('W', 'Waiting'), ('S', 'Sent'), ('G', 'Given Up')], default='W', max_length=1)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('due', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=16)),
                ('hour', models.DateTimeField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alerts.alert')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.receiver')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'W')), fields=['carrier', 'due'], name='delivery_due'), models.Index(fields=['alert'], name='delivery_alert')],
                'constraints': [models.UniqueConstraint(fields=('receiver', 'alert', 'version'), name='told_once_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('municipality', models.CharField(blank=True, default='', max_length=10)),
                ('kind', models.CharField(blank=True, default='', max_length=32)),
                ('least', models.PositiveSmallIntegerField()),
                ('paused', models.BooleanField(default=False)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wants', to='notices.receiver')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('paused', False)), fields=['municipality', 'kind'], name='wanted')],
                'constraints': [models.UniqueConstraint(fields=('receiver', 'municipality', 'kind'), name='one_want'), models.CheckConstraint(condition=models.Q(('least__lte', 2)), name='want_of_a_rank')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('single', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('sentence', models.CharField(max_length=60)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('single', True)), name='one_wording')],
            },
        ),
    ]
