"""What a bench run prints: one table in text, and the same as a picture."""

import statistics


class Cell:
    def __init__(self, values):
        self.values = values

    @property
    def median(self):
        return statistics.median(self.values)

    def text(self):
        def short(value):
            return '%d' % round(value) if value >= 100 else '%.3g' % value
        if len(self.values) == 1:
            return short(self.median)
        return '%s (%s-%s)' % (short(self.median), short(min(self.values)), short(max(self.values)))


def ratio(row, cells, peer):
    """How many times better ours is than the peer; None where one of them was not measured."""
    if 'ours' not in cells or peer not in cells:
        return None
    ours, theirs = cells['ours'].median, cells[peer].median
    if min(ours, theirs) <= 0:
        return None
    return ours / theirs if row.more_is_better else theirs / ours


def best_peer(row, cells):
    peers = [name for name in cells if name not in ('ours', 'limit')]
    pick = max if row.more_is_better else min
    return pick(peers, key=lambda name: cells[name].median) if peers else None


def ratios_text(row, cells):
    words = []
    for peer, least in row.promise:
        value = ratio(row, cells, peer)
        if value is not None:
            words.append('%.2f x %s (promised %g: %s)' % (value, peer, least, 'kept' if value >= least else 'MISSED'))
    if row.at_most is not None and 'ours' in cells:
        words.append('%s (promised at most %g: %s)' % (cells['ours'].text(), row.at_most,
                                                       'kept' if cells['ours'].median <= row.at_most else 'MISSED'))
    best = best_peer(row, cells)
    if best and best not in [peer for peer, _ in row.promise]:
        value = ratio(row, cells, best)
        if value is not None:
            words.append('%.2f x %s (best peer)' % (value, best))
    if 'limit' in cells:
        value = ratio(row, cells, 'limit')
        if value is not None:
            words.append('%.2f of the limit' % value)
    return '; '.join(words)


def text(results):
    """results: list of (row, {server: Cell})."""
    lines = []
    for row, cells in results:
        lines.append('%s [%s]' % (row.name, row.unit))
        for name, cell in cells.items():
            lines.append('    %-12s %s' % (name, cell.text()))
        said = ratios_text(row, cells)
        if said:
            lines.append('    ours: ' + said)
    return '\n'.join(lines) + '\n'


def svg(results):
    """Bars of ours against the best peer of each row, on a scale where twice as good is one step."""
    import math
    rows = [(row, ratio(row, cells, best_peer(row, cells))) for row, cells in results if best_peer(row, cells)]
    rows = [(row, value) for row, value in rows if value]
    height, left, step = 24, 260, 60
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="900" height="%d" font-family="sans-serif" font-size="13">'
           % (height * (len(rows) + 2)),
           '<text x="4" y="16">ours against the best peer of each row (times better)</text>']
    for index, (row, value) in enumerate(rows):
        y = height * (index + 1)
        width = max(2, step * abs(math.log2(value)))
        x = left if value >= 1 else left - width
        out.append('<text x="4" y="%d">%s</text>' % (y + 16, row.name.replace('<', '&lt;')))
        out.append('<rect x="%d" y="%d" width="%d" height="16" fill="%s"/>'
                   % (x, y + 4, width, '#2a7' if value >= 1 else '#c43'))
        out.append('<text x="%d" y="%d">%.2f</text>' % (left + max(width, 2) + 6, y + 16, value))
    out.append('<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="black"/></svg>'
               % (left, height, left, height * (len(rows) + 1)))
    return '\n'.join(out) + '\n'
