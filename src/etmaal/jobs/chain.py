"""What keeps the audit chain whole? Lines are linked each second, and its head is signed daily."""

from etmaal.accounts import chain, heads
from etmaal.jobs.kinds import Task


def link_audit(task: Task) -> None:
    """Link the lines that wait; those that another sequencer is at are left to it."""
    while chain.link_some(at=task.at) == chain.MOST:
        pass


def sign_head(task: Task) -> None:
    """Sign the head of the chain, once a day."""
    heads.sign_today(by="job:sign_head", at=task.at)
