"""One row of the bench's table."""


class Row:
    """ratio_to: peers by which the promised ratio is reckoned; None: the best of those measured."""

    def __init__(self, name, unit, measure, servers, more_is_better=True, promise=(), quick=True):
        self.name, self.unit, self.measure, self.servers = name, unit, measure, servers
        self.more_is_better, self.promise, self.quick = more_is_better, promise, quick
