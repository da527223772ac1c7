"""The tree of foreseen errors: what may be shown, what is a refusal, whose fault it is."""


class EtmaalError(Exception):
    """Something foreseen went wrong. The message may be shown to whoever asked."""


class Refused(EtmaalError):
    """A rule says no. This is an answer, not a fault: never alert on it, never retry it."""


class OutsideError(EtmaalError):
    """Another party's system failed us. ``passing`` says whether trying again can help."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


class BadInput(EtmaalError):
    """What the user gave cannot be used; the message names the file, the place and the remedy."""
