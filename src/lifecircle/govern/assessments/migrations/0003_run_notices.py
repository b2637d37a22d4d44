from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_comparisons_kept")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="notices",
            field=models.JSONField(default=list, verbose_name="提示"),
        ),
    ]
