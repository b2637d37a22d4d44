"""Rounds that were closed before their hash was taken at closing get it now."""

import hashlib
from typing import Any

from django.db import migrations

from lifecircle.govern.audit.chain import canonical


def hash_closed(apps: Any, schema_editor: Any) -> None:
    """Take the hash of the answers that hold, as closing does."""
    db = schema_editor.connection.alias
    rounds, returns, answers = (
        apps.get_model("surveys", name).objects.using(db) for name in ("Round", "Return", "Answer")
    )
    for one in rounds.filter(state="closed", sha256=""):
        digest = hashlib.sha256(one.form_sha256.encode())
        closed = returns.filter(round=one, state="closed").order_by("pk")
        for pk, area in closed.values_list("pk", "area_id").iterator():
            held = answers.filter(back=pk, closed_at__isnull=True)
            told = sorted(held.values_list("question", "row", "value"), key=lambda own: own[:2])
            said = [list(own) for own in told if own[2] is not None]
            digest.update(canonical({"area": area, "answers": said}).encode())
        one.sha256 = digest.hexdigest()
        one.save(update_fields=["sha256"])


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("surveys", "0001_initial")]

    operations = [migrations.RunPython(hash_closed, migrations.RunPython.noop)]
