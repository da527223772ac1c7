"""What stands in a provider's place when its name is not to be told."""


class Code(str):
    """A letter in place of a provider's name: ``A``; each language writes its own word before it.

    It is text, so that it can stand wherever a name can.
    """

    __slots__ = ()
