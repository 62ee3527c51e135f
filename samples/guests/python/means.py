"""Mean and standard deviation of a column by group: means.py FILE GROUP VALUE [LEAST]. Groups of fewer than LEAST rows (10 unless told) are left out and counted together.

Reads the file once, from front to back, with running sums (Welford), so that it may be of any size; leaves /out/means.csv.
"""
import csv
import sys


class Running:
    """Count, mean and sum of squared differences of what has come so far."""

    def __init__(self):
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def add(self, value):
        self.count += 1
        difference = value - self.mean
        self.mean += difference / self.count
        self.squares += difference * (value - self.mean)

    @property
    def deviation(self):
        return (self.squares / (self.count - 1)) ** 0.5 if self.count > 1 else 0.0


def main():
    if len(sys.argv) not in (4, 5):
        raise SystemExit(__doc__.splitlines()[0] if __doc__ else "means.py FILE GROUP VALUE [LEAST]")
    name, group, value = sys.argv[1:4]
    least = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    groups, unread = {}, 0
    with open("/data/" + name, newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        for column in (group, value):
            if column not in (rows.fieldnames or []):
                raise SystemExit(f"{name} has no column {column!r}")
        for row in rows:
            try:
                number = float(row[value])
            except (TypeError, ValueError):
                unread += 1
                continue
            groups.setdefault(row[group], Running()).add(number)
    with open("/out/means.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["group", "rows", "mean", "deviation"])
        for key in sorted(key for key, running in groups.items() if running.count >= least):
            running = groups[key]
            table.writerow([key, running.count, f"{running.mean:.6g}", f"{running.deviation:.6g}"])
        small = [running for running in groups.values() if running.count < least]
        table.writerow(["(small groups)", sum(running.count for running in small), "", ""])
        table.writerow(["(no number)", unread, "", ""])


main()
