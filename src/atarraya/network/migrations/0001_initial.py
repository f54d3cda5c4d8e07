import atarraya.kernel.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('territory', '0001_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='Member',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('login', models.CharField(max_length=40, unique=True)),
                ('alias', models.CharField(max_length=60)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('roles', models.JSONField(default=list)),
                ('municipalities', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('INVITED', 'Invited'), ('WAITING', 'Waiting'), ('ACTIVE', 'Active'), ('FROZEN', 'Frozen'), ('REMOVED', 'Removed')], default='INVITED', max_length=8)),
                ('recipient', models.CharField(blank=True, default='', max_length=80)),
                ('signing_key', models.CharField(blank=True, default='', max_length=48)),
                ('phrase_file', models.BinaryField(default=b'', max_length=4096)),
                ('code_file', models.BinaryField(default=b'', max_length=4096)),
                ('passkey_file', models.BinaryField(default=b'', max_length=4096)),
                ('passkey_name', models.CharField(blank=True, default='', max_length=1024)),
                ('language', models.CharField(default='es', max_length=2)),
                ('since', models.DateField()),
                ('session_salt', models.UUIDField(default=atarraya.kernel.ids.new_id)),
                ('proof_due', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Circle',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('purpose', models.CharField(choices=[('VERIFIERS', 'Verifiers'), ('WOMEN', 'Women'), ('RESPONDERS', 'Responders'), ('CARE', 'Care'), ('LEGAL', 'Legal'), ('COUNCIL', 'Council')], max_length=10)),
                ('offline_recipient', models.CharField(max_length=80)),
                ('created', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Inbox',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('created', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='CircleEpoch',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('recipient', models.CharField(max_length=80)),
                ('signing_key', models.CharField(max_length=48)),
                ('day', models.DateField()),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='epochs', to='network.circle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('circle', 'number'), name='one_epoch_a_number')],
            },
        ),
        migrations.CreateModel(
            name='CircleMember',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('first_epoch', models.PositiveIntegerField()),
                ('last_epoch', models.PositiveIntegerField()),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='network.circle')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('circle', 'member'), name='one_open_membership')],
            },
        ),
        migrations.CreateModel(
            name='Collective',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(default='OTHER', max_length=32)),
                ('municipality', models.CharField(max_length=10)),
                ('tier', models.CharField(choices=[('LOCAL', 'Local'), ('MAYOR', 'Mayor'), ('NETWORK', 'Network')], default='LOCAL', max_length=8)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='network.collective')),
            ],
        ),
        migrations.AddField(
            model_name='member',
            name='collective',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='network.collective'),
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('before', models.CharField(choices=[('INVITED', 'Invited'), ('WAITING', 'Waiting'), ('ACTIVE', 'Active'), ('FROZEN', 'Frozen'), ('REMOVED', 'Removed')], max_length=8)),
                ('day', models.DateField()),
                ('first_outcome', models.CharField(blank=True, default='', max_length=16)),
                ('outcome', models.CharField(blank=True, default='', max_length=16)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InboxCircle',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='network.circle')),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='network.inbox')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('inbox', 'position'), name='one_circle_a_position'), models.UniqueConstraint(fields=('inbox', 'circle'), name='one_position_a_circle'), models.CheckConstraint(condition=models.Q(('position__lt', 6)), name='six_circles_at_most')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('alias', models.CharField(max_length=60)),
                ('roles', models.JSONField(default=list)),
                ('municipalities', models.JSONField(default=list)),
                ('circles', models.JSONField(default=list)),
                ('secret_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('expires', models.DateField(null=True)),
                ('day', models.DateField()),
                ('collective', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.collective')),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitation', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LoginReset',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('secret_hash', models.BinaryField(max_length=32, unique=True)),
                ('used', models.BooleanField(default=False)),
                ('expires', models.DateField()),
                ('day', models.DateField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Network',
            fields=[
                ('single', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('page_name', models.CharField(default='Cuaderno', max_length=24)),
                ('icon', models.CharField(default='leaf', max_length=16)),
                ('color', models.CharField(default='#0a4f5a', max_length=7)),
                ('language', models.CharField(default='es', max_length=2)),
                ('team_hours', models.CharField(blank=True, default='', max_length=120)),
                ('demo', models.BooleanField(default=False)),
                ('municipalities', models.JSONField(default=list)),
                ('neighbours', models.JSONField(default=dict)),
                ('policy', models.JSONField(default=dict)),
                ('public_delay_hours', models.PositiveSmallIntegerField(default=72)),
                ('created', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('single', True)), name='one_network')],
            },
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('municipality', models.CharField(max_length=10)),
                ('label', models.CharField(blank=True, default='', max_length=80)),
                ('link_hash', models.BinaryField(max_length=32, unique=True)),
                ('previous_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('previous_until', models.DateField(null=True)),
                ('code_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('state', models.CharField(choices=[('ACTIVE', 'Active'), ('PAUSED', 'Paused'), ('REVOKED', 'Revoked')], default='ACTIVE', max_length=8)),
                ('follows', models.JSONField(default=list)),
                ('created', models.DateField()),
                ('collective', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='network.collective')),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='network.inbox')),
                ('zone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='territory.zone')),
            ],
        ),
        migrations.CreateModel(
            name='PointDevice',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('previous_link', models.BooleanField(default=False)),
                ('day', models.DateField()),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='network.point')),
            ],
        ),
        migrations.CreateModel(
            name='PolicyChange',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('policy', models.CharField(max_length=8)),
                ('day', models.DateField()),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RecipientList',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('document', models.TextField()),
                ('signatures', models.JSONField(default=list)),
                ('day', models.DateField()),
                ('inbox', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='network.inbox')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inbox', 'number'), name='one_list_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('LEFT', 'Left'), ('LOST', 'Lost'), ('DISTRUST', 'Distrust')], max_length=8)),
                ('day', models.DateField()),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='removal', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('session_hash', models.BinaryField(max_length=32, unique=True)),
                ('half', models.BinaryField(max_length=32)),
                ('proof_hash', models.BinaryField(max_length=32)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('until', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WrappedKey',
            fields=[
                ('id', models.UUIDField(default=atarraya.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField(max_length=8192)),
                ('epoch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wrapped', to='network.circleepoch')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wrapped', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('epoch', 'member'), name='one_wrapping_a_member'), models.UniqueConstraint(condition=models.Q(('member', None)), fields=('epoch',), name='one_offline_wrapping')],
            },
        ),
    ]
