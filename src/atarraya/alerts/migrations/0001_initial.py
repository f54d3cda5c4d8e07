import atarraya.kernel.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('network', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('territory', '0001_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('municipality', models.CharField(max_length=10, null=True)),
                ('urgency', models.CharField(max_length=4, null=True)),
                ('age', models.CharField(max_length=4)),
                ('day', models.DateField()),
                ('size', models.PositiveIntegerField()),
                ('expires', models.DateField()),
                ('mark', models.CharField(blank=True, choices=[('', 'None'), ('OLD_SETUP', 'Old Setup'), ('OLD_LINK', 'Old Link')], default='', max_length=10)),
                ('lookup_hash', models.BinaryField(max_length=32)),
                ('erase_hash', models.BinaryField(max_length=32)),
                ('reply', models.BinaryField(max_length=96)),
                ('inbox', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.inbox')),
            ],
            options={
                'indexes': [models.Index(fields=['inbox', 'day', 'id'], name='entry_inbox_day'), models.Index(fields=['lookup_hash'], name='entry_lookup')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('erased', models.UUIDField(unique=True)),
                ('day', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('inbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='look', serialize=False, to='network.inbox')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Sequence',
            fields=[
                ('name', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='StorageKey',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('key', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('municipality', models.CharField(max_length=10)),
                ('zone_hidden', models.BooleanField(default=False)),
                ('urgency', models.CharField(max_length=4)),
                ('rank', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('UNCONF', 'UNCONF'), ('INPROC', 'INPROC'), ('CONF', 'CONF'), ('INCONC', 'INCONC'), ('DISC', 'DISC'), ('WITHDRAWN', 'WITHDRAWN'), ('EXPIRED', 'EXPIRED'), ('MERGED', 'MERGED'), ('CLOSED', 'CLOSED')], max_length=10)),
                ('doubt', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('seen', models.CharField(default='TOLD', max_length=4)),
                ('when_part', models.CharField(default='', max_length=12)),
                ('summary', models.CharField(blank=True, default='', max_length=280)),
                ('summary_hidden', models.BooleanField(default=False)),
                ('advice', models.CharField(max_length=32)),
                ('reach', models.CharField(default='NETWORK', max_length=8)),
                ('at', models.DateTimeField()),
                ('shows_from', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('still', models.PositiveSmallIntegerField(default=0)),
                ('passed', models.PositiveSmallIntegerField(default=0)),
                ('seconders', models.PositiveSmallIntegerField(default=0)),
                ('responsible_role', models.CharField(default='VERIFIER', max_length=12)),
                ('news_at', models.DateTimeField()),
                ('next_news_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, default='', max_length=32)),
                ('answer', models.CharField(blank=True, default='', max_length=32)),
                ('corrected', models.BooleanField(default=False)),
                ('top_until', models.DateTimeField(null=True)),
                ('public_at', models.DateTimeField(null=True)),
                ('public_summary', models.CharField(blank=True, default='', max_length=280)),
                ('open', models.BooleanField(default=True)),
                ('seq', models.BigIntegerField(default=0)),
                ('published_at', models.DateTimeField()),
                ('announce_at', models.DateTimeField(null=True)),
                ('issuer', models.CharField(default='POINT', max_length=8)),
                ('held', models.BooleanField(default=False)),
                ('collective', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.collective')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.alert')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='network.point')),
                ('zone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.zone')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('held', False), ('open', True)), fields=['municipality', 'rank', '-at'], name='alert_board'), models.Index(fields=['municipality', '-at'], name='alert_history'), models.Index(fields=['seq'], name='alert_seq'), models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='alert_expiry'), models.Index(condition=models.Q(('announce_at__isnull', False)), fields=['announce_at'], name='alert_due'), models.Index(condition=models.Q(('top_until__isnull', False)), fields=['top_until'], name='alert_top'), models.Index(condition=models.Q(('public_at__isnull', False)), fields=['municipality', '-at'], name='alert_public'), models.Index(condition=models.Q(('point__isnull', False)), fields=['point', '-published_at'], name='alert_point')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('UNCONF', 'INPROC', 'CONF', 'INCONC', 'DISC', 'WITHDRAWN', 'EXPIRED', 'MERGED', 'CLOSED'))), name='alert_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('rank', 0), ('urgency', 'NOW')), models.Q(('rank', 1), ('urgency', 'DAYS')), models.Q(('rank', 2), ('urgency', 'KNOW')), _connector='OR'), name='alert_rank_is_urgency')],
            },
        ),
        migrations.CreateModel(
            name='AlertVersion',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=24)),
                ('codes', models.JSONField()),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='alerts.alert')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('alert', 'number'), name='one_version_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('attachment', models.UUIDField()),
                ('index', models.PositiveSmallIntegerField()),
                ('body', models.BinaryField()),
                ('erase_hash', models.BinaryField(max_length=32)),
                ('day', models.DateField()),
                ('expires', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['attachment', 'erase_hash'], name='chunk_attachment')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('municipality', models.CharField(max_length=10)),
                ('kind', models.CharField(max_length=32)),
                ('state', models.CharField(max_length=10)),
                ('month', models.CharField(max_length=7)),
                ('count', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'state', 'month', 'kind'), name='one_counter')],
            },
        ),
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='envelope', serialize=False, to='alerts.entry')),
                ('body', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('municipality', models.CharField(max_length=10)),
                ('act', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='alerts.alert')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('hour', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
                ('older', models.PositiveIntegerField(default=0)),
                ('told', models.JSONField(default=list)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'hour'), name='one_count_an_hour')],
            },
        ),
        migrations.CreateModel(
            name='OldGrant',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.inbox')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inbox', 'member', 'day'), name='one_grant_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=24)),
                ('number', models.PositiveIntegerField()),
                ('municipality', models.CharField(max_length=10)),
                ('commitment', models.BinaryField(max_length=32)),
                ('draft', models.BinaryField()),
                ('needs', models.PositiveSmallIntegerField(default=1)),
                ('version', models.PositiveIntegerField(default=0)),
                ('device', models.BinaryField(max_length=32)),
                ('state', models.CharField(choices=[('WAITING', 'Waiting'), ('DONE', 'Done'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='WAITING', max_length=9)),
                ('day', models.DateField()),
                ('alert', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='alerts.alert')),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.inbox')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'municipality'], name='proposal_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('device', models.BinaryField(max_length=32)),
                ('overrides', models.JSONField(default=list)),
                ('reason', models.BinaryField(default=b'')),
                ('day', models.DateField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='alerts.proposal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('proposal', 'member'), name='one_approval_a_member')],
            },
        ),
        migrations.CreateModel(
            name='RetentionNotice',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('municipality', models.CharField(blank=True, default='', max_length=10)),
                ('last_day', models.DateField()),
                ('count', models.PositiveIntegerField()),
                ('urgent', models.PositiveIntegerField()),
                ('told', models.JSONField(default=list)),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.inbox')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inbox', 'municipality', 'last_day'), name='one_notice_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Second',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seconds', to='alerts.alert')),
                ('collective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.collective')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alert', 'collective'), name='one_second_a_collective')],
            },
        ),
        migrations.CreateModel(
            name='Spoken',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('municipality', models.CharField(max_length=10)),
                ('day', models.DateField()),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.point')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('point', 'day'), name='spoke_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Tap',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('STILL', 'STILL'), ('PASSED', 'PASSED')], max_length=6)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taps', to='alerts.alert')),
                ('collective', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='network.collective')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='network.point')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alert', 'what', 'point'), name='one_tap_a_point'), models.UniqueConstraint(fields=('alert', 'what', 'member'), name='one_tap_a_member')],
            },
        ),
    ]
