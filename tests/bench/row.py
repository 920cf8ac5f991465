"""One row of the bench's table."""


class Row:
    """measure(bench, server, seconds): the figure of one run.

    promise: pairs (peer, how many times better ours is at least); at_most: what ours is not to exceed. rounds: of runs,
    where one is long enough to speak for itself.
    """

    def __init__(self, name, unit, measure, servers, more_is_better=True, promise=(), quick=True, at_most=None, rounds=None):
        self.name, self.unit, self.measure, self.servers = name, unit, measure, servers
        self.more_is_better, self.promise, self.quick = more_is_better, promise, quick
        self.at_most, self.rounds = at_most, rounds


class SharedRun:
    """One run that several rows take their figures from: the row that comes first makes it.

    measure(bench, server, seconds): a dict of figures.
    """

    def __init__(self, measure):
        self.measure, self.runs = measure, {}

    def figure(self, name):
        """What a row measures: the figure of the first run of a server, then that of the second..."""
        looked_at = {}

        def look(bench, server, seconds):
            number = looked_at.get(server.name, 0)
            looked_at[server.name] = number + 1
            runs = self.runs.setdefault(server.name, [])
            if number == len(runs):
                runs.append(self.measure(bench, server, seconds))
            return runs[number][name]
        return look
