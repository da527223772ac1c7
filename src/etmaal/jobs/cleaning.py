"""What is thrown away daily? Jobs that were done a month ago."""

from datetime import timedelta

from etmaal.accounts import queue
from etmaal.accounts.models import Job
from etmaal.jobs.kinds import Task


def clean_jobs(task: Task) -> None:
    """Remove finished jobs whose term is over."""
    queue.clean(before=task.at - timedelta(days=Job.Handling.kept_days))
