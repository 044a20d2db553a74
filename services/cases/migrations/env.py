"""The lineage of `cases`."""

from shared import migrations

migrations.run()
