"""The lineage of `notifications`."""

from shared import migrations

migrations.run()
